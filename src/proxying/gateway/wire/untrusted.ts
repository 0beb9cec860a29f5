/** A parsed JSON object nobody has checked. */
export type JsonObject = Readonly<Record<string, unknown>>

const NOTHING: JsonObject = {}

/** The value if it is an object, else an empty one: reading on then finds nothing. */
export function objectOf(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : NOTHING
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** The text if it is a name and not prose: up to 200 printable ASCII characters, no space. Only such enters an event. */
export function identifierOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^[!-~]{1,200}$/.test(value) ? value : undefined
}

/** The first of these values that is an identifier. */
export function firstIdentifier(...values: readonly unknown[]): string | undefined {
  return values.map(identifierOf).find((value) => value !== undefined)
}

/** The value at a dotted path. Gemini takes each name in camelCase or snake_case, so both are looked for. */
export function valueAt(value: unknown, path: string): unknown {
  let inner = value
  for (const name of path.split('.')) {
    const object = objectOf(inner)
    if (object === NOTHING) return undefined
    inner = object[name] ?? object[snakeCase(name)]
  }
  return inner
}

function snakeCase(name: string): string {
  return name === name.toLowerCase() ? name : name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
