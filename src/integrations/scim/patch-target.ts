import { Failure } from '../../kernel/index.ts'
import { findNamed } from './attribute-path.ts'
import { scimFailures } from './failures.ts'
import type { Filter } from './filter.ts'
import { type FilterWord, filterWords } from './filter-words.ts'
import { parseItemFilter } from './parse-filter.ts'
import { type Attribute, findAttribute, type Schema } from './schema.ts'

/** What a step of a PATCH is about. */
export type PatchTarget =
  | {
      readonly is: 'attribute'
      readonly attribute: Attribute
      /** Chooses among the items. */
      readonly where?: Filter
      readonly sub?: Attribute
    }
  /** Standard, and not kept: the step does nothing. */
  | { readonly is: 'unkept' }

/** Reads a path (RFC 7644 §3.5.2). Throws `scim.path-invalid` for what no schema has and what cannot be read. */
export function parseTarget(schema: Schema, path: string): PatchTarget {
  const words = wordsOf(path)
  const [first, bracket] = words
  const named = first?.is === 'name' ? findNamed(schema, first.text) : { is: 'unknown' as const }
  if (named.is === 'unknown') throw invalid(path)
  if (named.is === 'unkept') return named
  if (words.length === 1) return named
  if (bracket?.is !== '[' || named.attribute.multiValued === undefined || named.sub !== undefined)
    throw invalid(path)
  return withFilter(named.attribute, words, path)
}

function withFilter(attribute: Attribute, words: readonly FilterWord[], path: string): PatchTarget {
  const end = words.findLastIndex((word) => word.is === ']')
  const [after, ...more] = words.slice(end + 1)
  if (end < 0 || more.length > 0 || (after !== undefined && after.is !== 'name')) throw invalid(path)
  const where = itemFilter(attribute, words.slice(2, end), path)
  if (after === undefined) return { is: 'attribute', attribute, where }
  if (!after.text.startsWith('.')) throw invalid(path)
  const sub = findAttribute(attribute.sub, after.text.slice(1))
  if (sub === undefined)
    return UNKEPT_PARTS.includes(after.text.toLowerCase()) ? { is: 'unkept' } : raise(path)
  return { is: 'attribute', attribute, where, sub }
}

const UNKEPT_PARTS = ['.display', '.$ref']

function itemFilter(attribute: Attribute, words: readonly FilterWord[], path: string): Filter {
  try {
    return parseItemFilter(words, attribute)
  } catch (error) {
    throw invalid(path, error)
  }
}

function wordsOf(path: string): readonly FilterWord[] {
  try {
    return filterWords(path)
  } catch (error) {
    throw invalid(path, error)
  }
}

function raise(path: string): never {
  throw invalid(path)
}

function invalid(path: string, cause?: unknown) {
  const why = cause instanceof Failure ? ` ${cause.message}` : ''
  return scimFailures.create(
    'path-invalid',
    `The path ${JSON.stringify(path.slice(0, 80))} leads nowhere.${why}`,
    {
      cause,
    },
  )
}
