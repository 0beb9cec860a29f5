import { defineFailures } from '../../kernel/index.ts'

export const scimFailures = defineFailures('scim', {
  'request-malformed': {
    kind: 'invalid',
    meaning: 'A SCIM request does not have the shape RFC 7644 gives it.',
  },
  'filter-malformed': {
    kind: 'invalid',
    meaning: 'A SCIM filter cannot be read, is too long or too deep, or names what Custody does not keep.',
  },
  'path-invalid': {
    kind: 'invalid',
    meaning: 'A SCIM PATCH names an attribute there is not, or cannot be read.',
  },
  'no-target': { kind: 'invalid', meaning: 'A SCIM PATCH names a value that the resource does not have.' },
  'value-invalid': { kind: 'invalid', meaning: 'A SCIM attribute is missing or has a value it cannot have.' },
  'read-only': { kind: 'invalid', meaning: 'A SCIM PATCH names an attribute that only the server sets.' },
  taken: {
    kind: 'conflict',
    meaning: 'A user name, an address or the name of a group belongs to somebody or something else already.',
  },
  unknown: { kind: 'not-found', meaning: 'The directory keeps no user or group under this id.' },
  'version-differs': {
    kind: 'conflict',
    meaning:
      'The resource is not the version that If-Match names; read it again. SCIM clients see status 412.',
  },
  'deactivation-held': {
    kind: 'refused',
    meaning:
      'The directory deactivates unusually many persons at once; an administrator has to look and release them.',
  },
  'deactivated-here': {
    kind: 'conflict',
    meaning: 'An administrator of Custody deactivated the person, so only one can let them in again.',
  },
  'bulk-too-large': { kind: 'too-large', meaning: 'A SCIM bulk request has at most 1,000 operations.' },
  'bulk-reference': {
    kind: 'conflict',
    meaning: 'A bulkId is unknown, failed, or refers to itself in a circle.',
  },
})
