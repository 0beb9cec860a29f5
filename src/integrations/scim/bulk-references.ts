import type { BulkOperation } from './bulk-request.ts'
import { isObject } from './read-resource.ts'

const REFERENCE = /^bulkId:([\w.-]{1,128})$/
/** Resources are two levels deep and a PATCH one more; nothing is looked for below. */
const MAX_DEPTH = 8

/** The bulkIds that an operation refers to. */
export function referencesIn({ id, data }: BulkOperation): readonly string[] {
  const found = new Set<string>()
  walk([id, data], 0, (reference) => {
    found.add(reference)
    return reference
  })
  return [...found]
}

/** The operation with ids in place of its references. */
export function resolved(operation: BulkOperation, ids: ReadonlyMap<string, string>): BulkOperation {
  const idOf = (reference: string) => ids.get(reference) ?? reference
  const { id } = operation
  return {
    ...operation,
    ...(id === undefined ? {} : { id: String(walk(id, 0, idOf)) }),
    data: walk(operation.data, 0, idOf),
  }
}

function walk(value: unknown, depth: number, replace: (reference: string) => string): unknown {
  if (depth > MAX_DEPTH) return value
  if (typeof value === 'string') {
    const [, reference] = REFERENCE.exec(value) ?? []
    return reference === undefined ? value : replace(reference)
  }
  if (Array.isArray(value)) return value.map((item) => walk(item, depth + 1, replace))
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, walk(part, depth + 1, replace)]))
}
