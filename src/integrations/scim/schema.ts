/** An attribute that Custody keeps, with the characteristics RFC 7643 §7 tells clients about. */
export interface Attribute {
  readonly name: string
  readonly type: 'string' | 'boolean' | 'dateTime' | 'reference' | 'complex'
  readonly description: string
  readonly multiValued?: true
  readonly required?: true
  readonly caseExact?: true
  readonly mutability?: 'readOnly' | 'immutable'
  readonly unique?: true
  readonly always?: true
  readonly sub?: readonly Attribute[]
}

export interface Schema {
  readonly urn: string
  readonly name: 'User' | 'Group'
  readonly endpoint: '/Users' | '/Groups'
  readonly description: string
  readonly attributes: readonly Attribute[]
  /** What the standard knows and Custody has no use for: taken without complaint, and not stored. */
  readonly unkept: readonly string[]
}

/** Everything below it is taken and not stored. */
export const ENTERPRISE_URN = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

const ID: Attribute = {
  ...{ name: 'id', type: 'string', mutability: 'readOnly', caseExact: true, always: true },
  description: 'The id under which the ledger knows it; it never changes.',
}
const EXTERNAL_ID: Attribute = {
  ...{ name: 'externalId', type: 'string', caseExact: true },
  description: 'The id in the directory of the company.',
}
const META: Attribute = {
  ...{ name: 'meta', type: 'complex', mutability: 'readOnly', description: 'What the server says of it.' },
  sub: [
    { name: 'resourceType', type: 'string', description: 'User or Group.', mutability: 'readOnly' },
    { name: 'created', type: 'dateTime', description: 'When it came.', mutability: 'readOnly' },
    { name: 'lastModified', type: 'dateTime', description: 'When it last changed.', mutability: 'readOnly' },
    { name: 'location', type: 'reference', description: 'Where it is.', mutability: 'readOnly' },
    { name: 'version', type: 'string', description: 'Its ETag.', mutability: 'readOnly' },
  ],
}

const EMAIL_PARTS: readonly Attribute[] = [
  { name: 'value', type: 'string', description: 'The address.' },
  { name: 'type', type: 'string', description: 'work, home or other.' },
  { name: 'primary', type: 'boolean', description: 'The one by which Custody knows the person.' },
]
const MEMBER_PARTS: readonly Attribute[] = [
  {
    name: 'value',
    type: 'string',
    description: 'The id of a user.',
    caseExact: true,
    mutability: 'immutable',
  },
  {
    name: 'type',
    type: 'string',
    description: 'Always User: groups hold no groups.',
    mutability: 'immutable',
  },
]
const NAME_PARTS: readonly Attribute[] = [
  { name: 'formatted', type: 'string', description: 'The whole name.' },
  { name: 'givenName', type: 'string', description: 'The given name.' },
  { name: 'familyName', type: 'string', description: 'The family name.' },
]

export const USER_SCHEMA: Schema = {
  urn: 'urn:ietf:params:scim:schemas:core:2.0:User',
  name: 'User',
  endpoint: '/Users',
  description: 'A person.',
  attributes: [
    ID,
    EXTERNAL_ID,
    {
      ...{ name: 'userName', type: 'string', required: true, unique: true },
      description: 'The name in the directory, the same in any case.',
    },
    { name: 'name', type: 'complex', description: 'The parts of the name.', sub: NAME_PARTS },
    { name: 'displayName', type: 'string', description: 'The name that is shown.' },
    { name: 'emails', type: 'complex', multiValued: true, description: 'Addresses.', sub: EMAIL_PARTS },
    { name: 'active', type: 'boolean', description: 'Whether the person may do anything.' },
    META,
  ],
  unkept: [
    ...['nickName', 'profileUrl', 'title', 'userType', 'preferredLanguage', 'locale', 'timezone', 'password'],
    ...['phoneNumbers', 'ims', 'photos', 'addresses', 'groups', 'entitlements', 'roles', 'x509Certificates'],
  ],
}

export const GROUP_SCHEMA: Schema = {
  urn: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  name: 'Group',
  endpoint: '/Groups',
  description: 'A group of the directory: a team.',
  attributes: [
    ID,
    EXTERNAL_ID,
    {
      ...{ name: 'displayName', type: 'string', required: true, unique: true },
      description: 'The name; the team is called the same in lower case with hyphens.',
    },
    {
      name: 'members',
      type: 'complex',
      multiValued: true,
      description: 'The users in it.',
      sub: MEMBER_PARTS,
    },
    META,
  ],
  unkept: [],
}

export const SCHEMAS: readonly Schema[] = [USER_SCHEMA, GROUP_SCHEMA]

/** Finds an attribute by its name in whatever case: SCIM does not tell them apart. */
export function findAttribute(
  attributes: readonly Attribute[] | undefined,
  name: string,
): Attribute | undefined {
  const wanted = name.toLowerCase()
  return attributes?.find((attribute) => attribute.name.toLowerCase() === wanted)
}
