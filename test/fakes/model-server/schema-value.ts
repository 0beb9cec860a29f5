import { type LooseObject, listAt, objectAt, textAt } from './loose-json.ts'

/** A small value that satisfies a JSON schema (or Gemini's upper-case variant of one). */
export function valueFor(schema: LooseObject): unknown {
  if ('const' in schema) return schema.const
  const [choice] = listAt(schema, 'enum')
  if (choice !== undefined) return choice
  const [variant] = [...listAt(schema, 'anyOf'), ...listAt(schema, 'oneOf')]
  if (variant !== undefined) return valueFor(objectAt(variant))
  return BY_TYPE[typeOf(schema)]?.(schema) ?? null
}

const BY_TYPE: Readonly<Record<string, (schema: LooseObject) => unknown>> = {
  object: (schema) =>
    Object.fromEntries(
      Object.entries(objectAt(schema, 'properties')).map(([name, property]) => [
        name,
        valueFor(objectAt(property)),
      ]),
    ),
  array: (schema) =>
    Array.from({ length: Number(schema.minItems ?? 0) }, () => valueFor(objectAt(schema, 'items'))),
  string: (schema) => 'scripted answer'.padEnd(Number(schema.minLength ?? 0), '.'),
  integer: (schema) => Number(schema.minimum ?? 0),
  number: (schema) => Number(schema.minimum ?? 0),
  boolean: () => false,
}

function typeOf(schema: LooseObject): string {
  const type = textAt(schema, 'type') ?? listAt(schema, 'type').find((entry) => entry !== 'null')
  if (typeof type === 'string') return type.toLowerCase()
  return 'properties' in schema ? 'object' : 'string'
}
