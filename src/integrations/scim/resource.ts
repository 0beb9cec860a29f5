/** A complex value: what stands in `name`, or one of several `emails`. */
export type ScimItem = Readonly<Record<string, string | boolean>>

export type ScimValue = string | boolean | ScimItem | readonly ScimItem[]

/** A user or group as SCIM sees it. Its names are those of the schema, whatever case a client wrote them in. */
export type ScimResource = Readonly<Record<string, ScimValue>>

/** The items of an attribute; none when it is absent or has no items. */
export function itemsOf(resource: ScimResource, name: string): readonly ScimItem[] {
  const value = resource[name]
  return Array.isArray(value) ? (value as readonly ScimItem[]) : []
}

/** The text of an attribute; undefined when it is absent or empty. */
export function textOf(item: ScimResource | ScimItem | undefined, name: string): string | undefined {
  const value = item?.[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The same resource with one attribute set, or without it. */
export function withAttribute(
  resource: ScimResource,
  name: string,
  value: ScimValue | undefined,
): ScimResource {
  const { [name]: _, ...rest } = resource
  return value === undefined ? rest : { ...rest, [name]: value }
}
