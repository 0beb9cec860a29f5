import type { Filter } from './filter.ts'
import { matches } from './match-filter.ts'
import type { ScimResource } from './resource.ts'

/** A page of resources, as asked for; `startIndex` counts from 1. */
export interface Paging {
  readonly startIndex: number
  readonly count: number
}

export interface Page {
  readonly total: number
  readonly resources: readonly ScimResource[]
}

const DEFAULT_COUNT = 100

/** What RFC 7644 §3.4.2.4 makes of numbers that are absent or out of range. */
export function pagingOf(
  { startIndex = 1, count = DEFAULT_COUNT }: { readonly startIndex?: number; readonly count?: number },
  most: number,
): Paging {
  return {
    startIndex: Math.max(1, Math.trunc(startIndex)),
    count: Math.min(Math.max(0, Math.trunc(count)), most),
  }
}

const BATCH = 500

/**
 * Looks through everything in order and keeps one page of what matches, so that memory does not grow with the directory.
 * `next` gives up to so many rows after an id.
 */
export async function pageOfMatches<Row extends { readonly id: string }>(
  { startIndex, count }: Paging,
  filter: Filter,
  from: {
    next(after: string, limit: number): Promise<readonly Row[]>
    resourceOf(row: Row): Promise<ScimResource>
  },
): Promise<Page> {
  const resources: ScimResource[] = []
  let [total, after] = [0, '']
  for (;;) {
    const rows = await from.next(after, BATCH)
    for (const row of rows) {
      const resource = await from.resourceOf(row)
      if (!matches(filter, resource)) continue
      total += 1
      if (total >= startIndex && resources.length < count) resources.push(resource)
    }
    after = rows.at(-1)?.id ?? after
    if (rows.length < BATCH) return { total, resources }
  }
}

/** The value that an attribute must equal for anything to match, when the filter says so at its top. */
export function requiredValue(filter: Filter, name: string): string | undefined {
  if (filter.op === 'and')
    return filter.of.map((part) => requiredValue(part, name)).find((value) => value !== undefined)
  if (filter.op !== 'eq' || filter.attribute.name !== name || filter.sub !== undefined) return undefined
  return typeof filter.value === 'string' ? filter.value : undefined
}
