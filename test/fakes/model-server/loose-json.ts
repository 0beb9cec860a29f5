/** Reading JSON that a client sent: every access is safe, and a value of another shape counts as absent. */
export type LooseObject = Readonly<Record<string, unknown>>

export function objectAt(value: unknown, ...path: readonly string[]): LooseObject {
  const found = valueAt(value, path)
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? (found as LooseObject) : {}
}

export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = valueAt(value, path)
  return Array.isArray(found) ? found : []
}

export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = valueAt(value, path)
  return typeof found === 'string' ? found : undefined
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (current, key) =>
      typeof current === 'object' && current !== null ? (current as LooseObject)[key] : undefined,
    value,
  )
}

/** All text inside a value, wherever the protocol nests it. */
export function textWithin(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) return ''
  return Object.values(value).map(textWithin).join('\n')
}
