import { findNamed } from './attribute-path.ts'
import type { ScimItem, ScimResource, ScimValue } from './resource.ts'
import type { Attribute, Schema } from './schema.ts'

/** What of a resource a client wants to see (RFC 7644 §3.9). */
export interface Wanted {
  readonly attributes?: string
  readonly excludedAttributes?: string
}

/** The resource with the attributes that are wanted; `id` and `schemas` always. Names there are not change nothing. */
export function project(schema: Schema, resource: ScimResource, wanted: Wanted): ScimResource {
  const only = namesOf(schema, wanted.attributes)
  const except = namesOf(schema, wanted.excludedAttributes)
  const entries = schema.attributes.flatMap(({ name, always }) => {
    const value = resource[name]
    if (value === undefined) return []
    if (always) return [[name, value] as const]
    const kept = only === undefined ? value : partOf(value, only.get(name), 'keep')
    const left = kept === undefined ? undefined : partOf(kept, except?.get(name), 'drop')
    return left === undefined ? [] : [[name, left] as const]
  })
  return Object.fromEntries(entries)
}

/** Whether an attribute can be left alone, since nobody is shown it. */
export function wants(schema: Schema, name: string, wanted: Wanted): boolean {
  const only = namesOf(schema, wanted.attributes)
  if (only !== undefined) return only.has(name)
  return namesOf(schema, wanted.excludedAttributes)?.get(name) !== 'whole'
}

type Parts = 'whole' | ReadonlySet<string>

function namesOf(schema: Schema, list: string | undefined): ReadonlyMap<string, Parts> | undefined {
  if (list === undefined || list.trim() === '') return undefined
  const names = new Map<string, Parts>()
  for (const path of list.slice(0, 4096).split(',')) {
    const named = findNamed(schema, path.trim())
    if (named.is === 'attribute')
      names.set(named.attribute.name, partsOf(named, names.get(named.attribute.name)))
  }
  return names
}

function partsOf({ sub }: { readonly sub?: Attribute }, known: Parts | undefined): Parts {
  if (sub === undefined || known === 'whole') return 'whole'
  return new Set([...(known ?? []), sub.name])
}

function partOf(value: ScimValue, parts: Parts | undefined, how: 'keep' | 'drop'): ScimValue | undefined {
  if (parts === undefined) return how === 'keep' ? undefined : value
  if (parts === 'whole') return how === 'keep' ? value : undefined
  if (typeof value !== 'object') return value
  const some = (item: ScimItem) =>
    Object.fromEntries(Object.entries(item).filter(([name]) => parts.has(name) === (how === 'keep')))
  return Array.isArray(value) ? (value as readonly ScimItem[]).map(some) : some(value as ScimItem)
}
