import { isMap, type YAMLMap } from 'yaml'
import { pairsOf } from './check-nodes.ts'
import type { Field, Spot } from './field.ts'
import { nearest } from './nearest.ts'
import { wrongKind } from './wrong-kind.ts'

/** One row of a table of fields: how the value is read, and what stands for it when the key is absent. */
export interface Slot<Value> {
  readonly field: Field<Value>
  /** Called with the mapping that lacks the key. */
  absent(spot: Spot, name: string): Value | undefined
}

type Slots = Readonly<Record<string, Slot<unknown>>>
type SlotValues<Table extends Slots> = {
  readonly [Name in keyof Table]: Table[Name] extends Slot<infer Value> ? Value : never
}

/** A record whose wrong fields are undefined: what a check across fields gets to see. */
export type Partially<Value> = { readonly [Name in keyof Value]: Value[Name] | undefined }

/** Looks at several fields together and complains on `spot.at(name)`. */
export type Check<Value> = (value: Partially<Value>, spot: Spot) => void

/** The key must be there. */
export function required<Value>(field: Field<Value>): Slot<Value> {
  return { field, absent: (spot, name) => spot.complain({ message: `${dotted(spot, name)} is missing.` }) }
}

/** The key may be absent; its value is then undefined. */
export function optional<Value>(field: Field<Value>): Slot<Value | undefined> {
  return { field, absent: () => undefined }
}

/** The key may be absent; `value` then stands for it. */
export function withDefault<Value>(field: Field<Value>, value: Value): Slot<Value> {
  return { field, absent: () => value }
}

/** A mapping that may be absent; its own defaults then stand for it. */
export function section<Table extends Slots>(
  slots: Table,
  check?: Check<SlotValues<Table>>,
): Slot<SlotValues<Table>> {
  const field = record(slots, check)
  return { field, absent: (spot, name) => field.read(spot.emptyInside(name)) }
}

/**
 * A mapping read by a table of fields. Keys that the table does not name are problems. `check` runs also when single
 * fields are wrong, so that everything is reported at once.
 */
export function record<Table extends Slots>(
  slots: Table,
  check?: Check<SlotValues<Table>>,
): Field<SlotValues<Table>> {
  const names = Object.keys(slots)
  return {
    read(spot) {
      if (!isMap(spot.node)) return wrongKind(spot, 'a mapping of keys to values')
      const complaintsBefore = spot.complaints
      const spots = namedSpots(spot, spot.node)
      complainAboutUnknown(spot, spot.node, names)
      const values: Record<string, unknown> = {}
      for (const [name, slot] of Object.entries(slots)) {
        const inside = spots.get(name)
        values[name] = inside === undefined ? slot.absent(spot, name) : slot.field.read(inside)
      }
      check?.(values as Partially<SlotValues<Table>>, spot)
      // Sound because a slot that gives no value where one is due has complained.
      return spot.complaints === complaintsBefore ? (values as SlotValues<Table>) : undefined
    },
  }
}

function namedSpots(spot: Spot, map: YAMLMap): ReadonlyMap<string, Spot> {
  const spots = new Map<string, Spot>()
  for (const { name, value } of pairsOf(map)) spots.set(name, spot.inside(name, value))
  return spots
}

function complainAboutUnknown(spot: Spot, map: YAMLMap, names: readonly string[]): void {
  for (const { name, key } of pairsOf(map)) {
    if (names.includes(name)) continue
    const meant = nearest(name, names)
    spot.inside(name, key).complain({
      message: `${dotted(spot, name)} is not a known key.`,
      suggestion: meant === undefined ? `known here: ${names.join(', ')}` : `did you mean ${meant}?`,
    })
  }
}

function dotted(spot: Spot, name: string): string {
  return spot.path === '' ? name : `${spot.path}.${name}`
}
