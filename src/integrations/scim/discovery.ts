import { MAX_BULK_OPERATIONS } from './bulk-request.ts'
import { type Attribute, SCHEMAS, type Schema } from './schema.ts'

export const MAX_PAGE = 200
export const MAX_BULK_BYTES = 8 * 1024 * 1024
const LIST_URN = 'urn:ietf:params:scim:api:messages:2.0:ListResponse'
export const BULK_RESPONSE_URN = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse'

/** What this server can do (RFC 7643 §5). */
export const SERVICE_PROVIDER_CONFIG = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
  patch: { supported: true },
  bulk: { supported: true, maxOperations: MAX_BULK_OPERATIONS, maxPayloadSize: MAX_BULK_BYTES },
  filter: { supported: true, maxResults: MAX_PAGE },
  changePassword: { supported: false },
  sort: { supported: false },
  etag: { supported: true },
  authenticationSchemes: [
    {
      type: 'oauthbearertoken',
      name: 'Bearer token',
      description: 'The token of a service account that holds the role provisioner.',
      primary: true,
    },
  ],
  meta: { resourceType: 'ServiceProviderConfig', location: '/scim/v2/ServiceProviderConfig' },
} as const

/** Users and groups, and where they are (RFC 7643 §6). */
export function resourceTypes(): readonly object[] {
  return SCHEMAS.map(({ name, urn, endpoint, description }) => ({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
    id: name,
    name,
    endpoint,
    description,
    schema: urn,
    meta: { resourceType: 'ResourceType', location: `/scim/v2/ResourceTypes/${name}` },
  }))
}

/** The attributes that are kept (RFC 7643 §7). */
export function schemaDocuments(): readonly object[] {
  return SCHEMAS.map(({ urn, name, description, attributes }: Schema) => ({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
    id: urn,
    name,
    description,
    attributes: attributes.map(characteristics),
    meta: { resourceType: 'Schema', location: `/scim/v2/Schemas/${urn}` },
  }))
}

function characteristics(attribute: Attribute): object {
  const { name, type, description, multiValued, required, caseExact, mutability, unique, always, sub } =
    attribute
  return {
    name,
    type,
    description,
    multiValued: multiValued ?? false,
    required: required ?? false,
    caseExact: caseExact ?? false,
    mutability: mutability ?? 'readWrite',
    returned: always ? 'always' : 'default',
    uniqueness: unique ? 'server' : 'none',
    ...(type === 'reference' ? { referenceTypes: ['uri'] } : {}),
    ...(sub === undefined ? {} : { subAttributes: sub.map(characteristics) }),
  }
}

/** A page of a list (RFC 7644 §3.4.2.4). */
export function listResponse(page: {
  readonly total: number
  readonly startIndex: number
  readonly resources: readonly object[]
}): object {
  return {
    schemas: [LIST_URN],
    totalResults: page.total,
    startIndex: page.startIndex,
    itemsPerPage: page.resources.length,
    Resources: page.resources,
  }
}
