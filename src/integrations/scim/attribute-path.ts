import { type Attribute, ENTERPRISE_URN, findAttribute, type Schema } from './schema.ts'

/** What `name.givenName` or `urn:…:User:userName` names in a schema. */
export type NamedAttribute =
  | { readonly is: 'attribute'; readonly attribute: Attribute; readonly sub?: Attribute }
  /** Standard, and of no use here. */
  | { readonly is: 'unkept' }
  | { readonly is: 'unknown' }

const PLAIN = /^([A-Za-z$][\w$-]{0,63})(?:\.([A-Za-z$][\w$-]{0,63}))?$/

/** Finds what a path without a filter names. */
export function findNamed(schema: Schema, path: string): NamedAttribute {
  const text = withoutUrn(schema, path)
  if (isEnterprise(text)) return { is: 'unkept' }
  const [, name, subName] = PLAIN.exec(text) ?? []
  if (name === undefined) return { is: 'unknown' }
  const attribute = findAttribute(schema.attributes, name)
  if (attribute === undefined) return isUnkept(schema, name) ? { is: 'unkept' } : { is: 'unknown' }
  if (subName === undefined) return { is: 'attribute', attribute }
  const sub = findAttribute(attribute.sub, subName)
  if (sub !== undefined) return { is: 'attribute', attribute, sub }
  // `members.display` and `emails.display` and the rarer parts of a name are as standard as what is kept.
  return attribute.sub !== undefined && UNKEPT_PARTS.includes(subName.toLowerCase())
    ? { is: 'unkept' }
    : { is: 'unknown' }
}

/** Whether a name is one of the standard that is taken and not stored. */
export function isUnkept(schema: Schema, name: string): boolean {
  return schema.unkept.some((unkept) => unkept.toLowerCase() === name.toLowerCase())
}

/** Whether a path or key leads into the enterprise extension. */
export function isEnterprise(text: string): boolean {
  return text.toLowerCase().startsWith(ENTERPRISE_URN.toLowerCase())
}

/** The path without the schema's own URN, which may stand before it. */
function withoutUrn({ urn }: Schema, path: string): string {
  const prefix = `${urn.toLowerCase()}:`
  return path.toLowerCase().startsWith(prefix) ? path.slice(prefix.length) : path
}

const UNKEPT_PARTS = ['display', '$ref', 'middlename', 'honorificprefix', 'honorificsuffix']
