/** A JSON object whose members are not yet known to be anything. */
export type JsonObject = Readonly<Record<string, unknown>>

/** The object in a JSON text; undefined when it is not JSON or not an object. */
export function parseJsonObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The member when it is the object's own and a string. */
export function stringAt(json: JsonObject | undefined, name: string): string | undefined {
  const value = own(json, name)
  return typeof value === 'string' ? value : undefined
}

/** The member when it is the object's own and a safe integer. */
export function integerAt(json: JsonObject | undefined, name: string): number | undefined {
  const value = own(json, name)
  return Number.isSafeInteger(value) ? (value as number) : undefined
}

export function booleanAt(json: JsonObject | undefined, name: string): boolean | undefined {
  const value = own(json, name)
  return typeof value === 'boolean' ? value : undefined
}

export function objectAt(json: JsonObject | undefined, name: string): JsonObject | undefined {
  const value = own(json, name)
  return isJsonObject(value) ? value : undefined
}

/** The member when it is the object's own and a list; otherwise an empty list. */
export function listAt(json: JsonObject | undefined, name: string): readonly unknown[] {
  const value = own(json, name)
  return Array.isArray(value) ? value : []
}

/** The strings of the list at `name`; anything else in it is left out. */
export function stringsAt(json: JsonObject | undefined, name: string): readonly string[] {
  return listAt(json, name).filter((value) => typeof value === 'string')
}

function own(json: JsonObject | undefined, name: string): unknown {
  return json !== undefined && Object.hasOwn(json, name) ? json[name] : undefined
}
