import { isMap, isSeq, type Node } from 'yaml'
import { pairsOf } from './check-nodes.ts'
import type { Field, Spot } from './field.ts'
import { wrongKind } from './wrong-kind.ts'

/** A list of values of one kind, in the order of the document; a value given twice is a problem. */
export function listOf<Value>(item: Field<Value>): Field<readonly Value[]> {
  return {
    read(spot) {
      if (!isSeq(spot.node)) return wrongKind(spot, 'a list')
      const seen = new Set<string>()
      const values: Value[] = []
      for (const [index, node] of (spot.node.items as readonly Node[]).entries()) {
        const inside = spot.inside(`[${index}]`, node)
        const value = item.read(inside)
        if (value !== undefined) complainIfSeen(inside, JSON.stringify(value), seen)
        if (value !== undefined) values.push(value)
      }
      return values
    },
  }
}

/** A mapping from names of the author's choice to values of one kind. */
export function mapOf<Value>(name: RegExp, item: Field<Value>): Field<Readonly<Record<string, Value>>> {
  return {
    read(spot) {
      if (!isMap(spot.node)) return wrongKind(spot, 'a mapping of names to values')
      const entries: [string, Value][] = []
      for (const pair of pairsOf(spot.node)) {
        const inside = spot.inside(pair.name, pair.value)
        if (!name.test(pair.name))
          inside.complain({ message: `${inside.path} is not a name that can stand here.` })
        const value = item.read(inside)
        if (value !== undefined) entries.push([pair.name, value])
      }
      return Object.fromEntries(entries)
    },
  }
}

function complainIfSeen(spot: Spot, value: string, seen: Set<string>): void {
  if (seen.has(value)) {
    spot.complain({ message: `${spot.path} repeats an earlier item.`, suggestion: 'keep one of them' })
  }
  seen.add(value)
}
