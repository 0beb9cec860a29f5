import { isAlias, isMap, isScalar, isSeq, type Node } from 'yaml'
import type { Spot } from './field.ts'

/** Complains that a spot holds another kind of value than expected; never quotes the value. */
export function wrongKind(spot: Spot, expected: string): undefined {
  // The alias has its own complaint already.
  if (isAlias(spot.node)) return undefined
  const subject = spot.path === '' ? 'The document' : spot.path
  return spot.complain({ message: `${subject} must be ${expected}, not ${kindOf(spot.node)}.` })
}

function kindOf(node: Node): string {
  if (isMap(node)) return 'a mapping'
  if (isSeq(node)) return 'a list'
  const value = isScalar(node) ? node.value : null
  if (value === null || value === undefined) return 'nothing'
  return KINDS[typeof value] ?? 'this value'
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'this text',
  number: 'a number',
  boolean: 'true or false',
}
