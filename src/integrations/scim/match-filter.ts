import type { Comparison, Filter } from './filter.ts'
import type { ScimItem, ScimResource, ScimValue } from './resource.ts'
import type { Attribute } from './schema.ts'

interface Named {
  readonly attribute: Attribute
  readonly sub?: Attribute
}

/** Whether a resource, or an item of one, is what a filter asks for. */
export function matches(filter: Filter, of: ScimResource | ScimItem): boolean {
  switch (filter.op) {
    case 'and':
      return filter.of.every((part) => matches(part, of))
    case 'or':
      return filter.of.some((part) => matches(part, of))
    case 'not':
      return !matches(filter.of, of)
    case 'item':
      return itemsIn(of[filter.attribute.name]).some((item) => matches(filter.of, item))
    case 'pr':
      return isPresent(filter, of)
    default:
      return compares(filter, presentValues(filter, of))
  }
}

/** A complex attribute is present with any of its parts. */
function isPresent({ attribute, sub }: Named, of: ScimResource | ScimItem): boolean {
  const value: ScimValue | undefined = of[attribute.name]
  if (sub !== undefined || typeof value !== 'object')
    return presentValues({ attribute, ...(sub && { sub }) }, of).length > 0
  return itemsIn(value).some((item) => Object.keys(item).length > 0)
}

/** Every value a path leads to; of several items without a part named, their `value`. */
function presentValues(
  { attribute, sub }: Named,
  of: ScimResource | ScimItem,
): readonly (string | boolean)[] {
  const value: ScimValue | undefined = of[attribute.name]
  if (value === undefined || value === '') return []
  if (typeof value !== 'object') return [value]
  const part = sub?.name ?? 'value'
  return itemsIn(value)
    .map((item) => item[part])
    .filter((found): found is string | boolean => found !== undefined && found !== '')
}

function itemsIn(value: ScimValue | undefined): readonly ScimItem[] {
  if (value === undefined || typeof value !== 'object') return []
  return Array.isArray(value) ? (value as readonly ScimItem[]) : [value as ScimItem]
}

type Comparing = Extract<Filter, { readonly op: Comparison }>

function compares(filter: Comparing, values: readonly (string | boolean)[]): boolean {
  const { op, value } = filter
  if (value === null) return op === 'eq' ? values.length === 0 : op === 'ne' && values.length > 0
  // "ne" is true of what is absent, as the opposite of "eq".
  if (op === 'ne') return !values.some((found) => test(filter, 'eq', found))
  return values.some((found) => test(filter, op, found))
}

const TESTS: Readonly<Record<Exclude<Comparison, 'ne'>, (one: string, other: string) => boolean>> = {
  eq: (one, other) => one === other,
  co: (one, other) => one.includes(other),
  sw: (one, other) => one.startsWith(other),
  ew: (one, other) => one.endsWith(other),
  gt: (one, other) => one > other,
  ge: (one, other) => one >= other,
  lt: (one, other) => one < other,
  le: (one, other) => one <= other,
}

function test(
  { attribute, sub, value }: Comparing,
  op: Exclude<Comparison, 'ne'>,
  found: string | boolean,
): boolean {
  const comparable = comparing(sub ?? attribute)
  return TESTS[op](comparable(String(found)), comparable(String(value)))
}

function comparing({ type, caseExact }: Attribute): (text: string) => string {
  if (type === 'dateTime') return instant
  return caseExact ? (text) => text : (text) => text.toLowerCase()
}

/** Times written with other offsets or precision compare as times. */
function instant(text: string): string {
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? text : new Date(ms).toISOString()
}
