import { isAlias, isMap, isNode, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml'
import type { Spot } from './field.ts'

const DEEPEST = 16

/**
 * Complains about what no field may hold: a key given twice, an alias (which would let a small file grow without
 * bound), and nesting deeper than any document needs.
 */
export function checkNodes(spot: Spot, depth = 0): void {
  const { node } = spot
  if (isAlias(node))
    spot.complain({ message: 'An alias (*name) is not read here.', suggestion: 'write the value out' })
  else if (depth > DEEPEST) spot.complain({ message: 'The values are nested too deeply.' })
  else if (isMap(node)) checkPairs(spot, node, depth)
  else if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) {
      if (isNode(item)) checkNodes(spot.inside(`[${index}]`, item), depth + 1)
    }
  }
}

/** The pairs of a mapping as key text, key node and value node; a key without a value stands for its own value. */
export function* pairsOf(map: YAMLMap): Generator<{ name: string; key: Node; value: Node }> {
  for (const pair of map.items as readonly Pair[]) {
    const { key, value } = pair
    if (isScalar(key)) yield { name: String(key.value), key, value: isNode(value) ? value : key }
  }
}

function checkPairs(spot: Spot, map: YAMLMap, depth: number): void {
  if (map.items.some(({ key }) => !isScalar(key))) spot.complain({ message: 'A key must be a plain word.' })
  const seen = new Set<string>()
  for (const { name, key, value } of pairsOf(map)) {
    if (seen.has(name)) {
      spot.inside(name, key).complain({ message: `${name} is given twice.`, suggestion: 'keep one of them' })
    }
    seen.add(name)
    checkNodes(spot.inside(name, value), depth + 1)
  }
}
