import { type Failure, KINDS } from '../../kernel/index.ts'

const ERROR_URN = 'urn:ietf:params:scim:api:messages:2.0:Error'

/** A failure as SCIM clients read it (RFC 7644 §3.12), with Custody's own stable code beside. */
export interface ScimProblem {
  readonly schemas: readonly [typeof ERROR_URN]
  readonly status: string
  readonly scimType?: string
  readonly detail: string
  readonly code: string
}

/** What RFC 7644 calls a failure, by its code. */
const SCIM_TYPES: Readonly<Record<string, string>> = {
  'scim.request-malformed': 'invalidSyntax',
  'server.request-invalid': 'invalidSyntax',
  'scim.filter-malformed': 'invalidFilter',
  'scim.path-invalid': 'invalidPath',
  'scim.no-target': 'noTarget',
  'scim.value-invalid': 'invalidValue',
  'scim.read-only': 'mutability',
  'scim.taken': 'uniqueness',
  'identity.email-taken': 'uniqueness',
  'identity.account-taken': 'uniqueness',
  'identity.team-name-taken': 'uniqueness',
  // Another server on the same database was quicker.
  'ledger.contradicts': 'uniqueness',
  'scim.bulk-reference': 'invalidValue',
}

/** Where SCIM wants another status than the kind of failure has. */
const STATUS: Readonly<Record<string, number>> = { 'scim.version-differs': 412 }

export function scimProblemOf({ code, kind, message }: Failure): ScimProblem {
  const scimType = SCIM_TYPES[code]
  return {
    schemas: [ERROR_URN],
    status: String(STATUS[code] ?? KINDS[kind].httpStatus),
    ...(scimType === undefined ? {} : { scimType }),
    detail: message,
    code,
  }
}
