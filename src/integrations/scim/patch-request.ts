import { scimFailures } from './failures.ts'
import { isObject } from './read-resource.ts'

/** One step of a PATCH. */
export interface PatchOperation {
  readonly op: 'add' | 'replace' | 'remove'
  /** Absent when the value names its attributes itself. */
  readonly path?: string
  readonly value: unknown
}

const MAX_OPERATIONS = 1000
const OPS = ['add', 'replace', 'remove'] as const

/** Reads the body of a PATCH; "Add" and "Replace" count as well, as Entra writes them. Throws `scim.request-malformed`. */
export function readPatch(body: unknown): readonly PatchOperation[] {
  const operations = isObject(body) ? (body.Operations ?? body.operations) : undefined
  if (!Array.isArray(operations) || operations.length === 0) {
    throw malformed('A PATCH has a list of Operations.')
  }
  if (operations.length > MAX_OPERATIONS) throw malformed(`A PATCH has at most ${MAX_OPERATIONS} operations.`)
  return operations.map(readOperation)
}

function readOperation(operation: unknown): PatchOperation {
  if (!isObject(operation)) throw malformed('Each operation is an object.')
  const { path, value } = operation
  const op = OPS.find((known) => known === String(operation.op).toLowerCase())
  if (op === undefined) throw malformed('An operation is add, replace or remove.')
  if (path === undefined || path === null || path === '') return { op, value }
  if (typeof path !== 'string') throw malformed('A path is a text.')
  return { op, path, value }
}

function malformed(message: string) {
  return scimFailures.create('request-malformed', message)
}
