import { scimFailures } from './failures.ts'
import type { Filter } from './filter.ts'
import { matches } from './match-filter.ts'
import type { PatchOperation } from './patch-request.ts'
import type { PatchTarget } from './patch-target.ts'
import { readItem, readItems, readSimple } from './read-resource.ts'
import type { ScimItem } from './resource.ts'
import type { Attribute } from './schema.ts'

type ItemsTarget = Extract<PatchTarget, { readonly is: 'attribute' }>

/** The items of a multi-valued attribute after one step. Throws `scim.no-target`, `scim.value-invalid`. */
export function patchItems(
  items: readonly ScimItem[],
  target: ItemsTarget,
  operation: PatchOperation,
): readonly ScimItem[] {
  const { where } = target
  return where === undefined
    ? patchAll(items, target, operation)
    : patchChosen(items, { ...target, where }, operation)
}

function patchAll(
  items: readonly ScimItem[],
  { attribute, sub }: ItemsTarget,
  { op, value }: PatchOperation,
): readonly ScimItem[] {
  if (sub !== undefined) {
    if (op === 'remove') return items.map((item) => without(item, sub)).filter(isSomething)
    return items.map((item) => withPart(item, sub, value))
  }
  // Entra names the members to remove in the value; without a value all go.
  if (op === 'remove') return value === undefined || value === null ? [] : lessThose(items, attribute, value)
  const read = readItems(attribute, value) ?? []
  return op === 'replace' ? joined([], read) : joined(items, read)
}

function patchChosen(
  items: readonly ScimItem[],
  { attribute, where, sub }: ItemsTarget & { readonly where: Filter },
  { op, value }: PatchOperation,
): readonly ScimItem[] {
  const isChosen = (item: ScimItem) => matches(where, item)
  if (op === 'remove') {
    if (sub === undefined) return items.filter((item) => !isChosen(item))
    return items.map((item) => (isChosen(item) ? without(item, sub) : item)).filter(isSomething)
  }
  const change = (item: ScimItem): ScimItem =>
    sub === undefined ? { ...item, ...readItem(attribute, value) } : withPart(item, sub, value)
  if (items.some(isChosen)) {
    const changed = items.filter(isChosen).map(change)
    return joined(
      items.filter((item) => !isChosen(item)),
      changed,
    )
  }
  // RFC 7644 §3.5.2.3 refuses a replace of what is not there; Entra adds the first address of a type like this.
  if (op === 'replace') {
    throw scimFailures.create('no-target', `No value of ${attribute.name} is what the path chooses.`)
  }
  return joined(items, [change(impliedItem(where))])
}

/** Items by their value, the later winning; of several that are primary, the last. */
function joined(before: readonly ScimItem[], added: readonly ScimItem[]): readonly ScimItem[] {
  const takesPrimary = added.some((item) => item.primary === true)
  const kept = takesPrimary
    ? before.map((item) => (item.primary ? { ...item, primary: false } : item))
    : before
  const byValue = new Map(kept.map((item) => [keyOf(item), item]))
  for (const item of added) byValue.set(keyOf(item), { ...byValue.get(keyOf(item)), ...item })
  return [...byValue.values()].filter(isSomething)
}

function lessThose(items: readonly ScimItem[], attribute: Attribute, value: unknown): readonly ScimItem[] {
  const gone = new Set((readItems(attribute, value) ?? []).map(keyOf))
  return items.filter((item) => !gone.has(keyOf(item)))
}

function withPart(item: ScimItem, part: Attribute, value: unknown): ScimItem {
  const read = readSimple(part, value)
  return read === undefined ? without(item, part) : { ...item, [part.name]: read }
}

function without(item: ScimItem, { name }: Attribute): ScimItem {
  const { [name]: _, ...rest } = item
  return rest
}

/** What `[type eq "work"]` says of an item that is to be made. */
function impliedItem(where: Filter): ScimItem {
  if (where.op === 'and') return Object.assign({}, ...where.of.map(impliedItem)) as ScimItem
  if (where.op !== 'eq' || where.value === null) return {}
  return { [where.attribute.name]: typeof where.value === 'number' ? String(where.value) : where.value }
}

function keyOf({ value }: ScimItem): string {
  return String(value ?? '').toLowerCase()
}

function isSomething({ value }: ScimItem): boolean {
  return value !== undefined
}
