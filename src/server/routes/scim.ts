import type { IncomingHttpHeaders } from 'node:http'
import { Type } from 'typebox'
import type { Principal } from '../../governing/identity/index.ts'
import {
  type Changing,
  type Endpoint,
  listResponse,
  MAX_BULK_BYTES,
  namesVersion,
  resourceTypes,
  SERVICE_PROVIDER_CONFIG,
  type Shown,
  schemaDocuments,
  scimProblemOf,
} from '../../integrations/scim/index.ts'
import type { Failure } from '../../kernel/index.ts'
import { serverFailures } from '../failures.ts'
import { type Answer, defineRoute, type Route } from '../route.ts'
import { SCIM_TYPE } from '../scim-bodies.ts'

const PROVISION = { permission: 'directory.provision', refusal } as const
const Resource = Type.Record(Type.String(), Type.Unknown(), {
  description: 'As RFC 7644 and /scim/v2/Schemas describe it; what Custody does not keep is taken as well.',
})
const Params = Type.Object({ id: Type.String({ minLength: 1, maxLength: 128 }) })
const Names = Type.Optional(Type.String({ description: 'Names of attributes, separated by commas.' }))
const Wanted = Type.Object({ attributes: Names, excludedAttributes: Names })
const ListQuery = Type.Object({
  filter: Type.Optional(Type.String({ description: 'RFC 7644, section 3.4.2.2.' })),
  startIndex: Type.Optional(Type.Integer({ description: 'Counts from 1.' })),
  count: Type.Optional(Type.Integer({ description: '100 unless it says otherwise, at most 200.' })),
  attributes: Names,
  excludedAttributes: Names,
})
const WRITING = ['scim.value-invalid', 'scim.taken', 'scim.deactivated-here']
const CHANGING = [
  ...[...WRITING, 'scim.unknown', 'scim.version-differs', 'scim.deactivation-held'],
  ...['identity.email-taken', 'identity.last-administrator'],
]
const PATCHING = ['scim.request-malformed', 'scim.path-invalid', 'scim.no-target', 'scim.read-only']

const discoveryRoutes = [
  defineRoute({
    ...{ ...PROVISION, method: 'GET', path: '/scim/v2/ServiceProviderConfig', schemas: {} },
    summary: 'What of SCIM 2.0 this server can do',
    answer: { type: SCIM_TYPE, meaning: 'Its ServiceProviderConfig.' },
    handle: () => Promise.resolve(scimAnswer(200, SERVICE_PROVIDER_CONFIG)),
  }),
  ...describing('ResourceTypes', resourceTypes()),
  ...describing('Schemas', schemaDocuments()),
]

/** The same routes for users and for groups. */
function resourceRoutes(endpoint: Endpoint, things: string): readonly Route[] {
  const path = `/scim/v2/${endpoint}`
  const answer = { type: SCIM_TYPE, meaning: 'The resource, with its ETag.' }
  return [
    defineRoute({
      ...{ ...PROVISION, method: 'GET', path, schemas: { query: ListQuery } },
      summary: `Find ${things} of the company's directory`,
      answer: { type: SCIM_TYPE, meaning: 'A ListResponse, in the order in which they came.' },
      failures: ['scim.filter-malformed'],
      handle: async ({ query, services: { scim } }) => scimAnswer(200, await scim.list(endpoint, query)),
    }),
    defineRoute({
      ...{ ...PROVISION, method: 'POST', path, schemas: { body: Resource }, bodyLimitBytes: MAX_BULK_BYTES },
      summary: `Provision one of the ${things}`,
      answer: { ...answer, status: 201 },
      failures: WRITING,
      handle: async ({ body, principal, services: { scim } }) =>
        shownAnswer(201, await scim.create(endpoint, body, { actor: principal.id })),
    }),
    defineRoute({
      ...{ ...PROVISION, method: 'GET', path: `${path}/:id`, schemas: { params: Params, query: Wanted } },
      summary: `One of the ${things}`,
      answer,
      failures: ['scim.unknown'],
      handle: async ({ params, query, headers, services: { scim } }) => {
        const shown = await scim.get(endpoint, params.id, query)
        const known = headers['if-none-match']
        return known !== undefined && namesVersion(known, shown.version)
          ? { ...shownAnswer(304, shown), bytes: '' }
          : shownAnswer(200, shown)
      },
    }),
    defineRoute({
      ...{ ...PROVISION, method: 'PUT', path: `${path}/:id`, schemas: { params: Params, body: Resource } },
      summary: `Replace one of the ${things}`,
      answer,
      failures: CHANGING,
      bodyLimitBytes: MAX_BULK_BYTES,
      handle: async ({ params, body, headers, principal, services: { scim } }) =>
        shownAnswer(200, await scim.replace(endpoint, params.id, { body, ...changing(principal, headers) })),
    }),
    defineRoute({
      ...{ ...PROVISION, method: 'PATCH', path: `${path}/:id`, schemas: { params: Params, body: Resource } },
      summary: `Change one of the ${things}`,
      answer,
      failures: [...CHANGING, ...PATCHING],
      bodyLimitBytes: MAX_BULK_BYTES,
      handle: async ({ params, body, headers, principal, services: { scim } }) =>
        shownAnswer(200, await scim.patch(endpoint, params.id, { body, ...changing(principal, headers) })),
    }),
    defineRoute({
      ...{ ...PROVISION, method: 'DELETE', path: `${path}/:id`, schemas: { params: Params } },
      summary: `End one of the ${things}`,
      answer: { status: 204, type: SCIM_TYPE, meaning: 'It is gone from the directory.' },
      failures: CHANGING,
      handle: async ({ params, headers, principal, services: { scim } }) => {
        await scim.remove(endpoint, params.id, changing(principal, headers))
        return { status: 204, type: SCIM_TYPE, bytes: '' }
      },
    }),
  ]
}

const bulkRoute = defineRoute({
  ...{ ...PROVISION, method: 'POST', path: '/scim/v2/Bulk', schemas: { body: Resource } },
  summary: 'Many changes of users and groups, each answered for itself',
  answer: { type: SCIM_TYPE, meaning: 'A BulkResponse.' },
  failures: ['scim.request-malformed', 'scim.bulk-too-large'],
  bodyLimitBytes: MAX_BULK_BYTES,
  handle: async ({ body, principal, services: { scim } }) =>
    scimAnswer(200, await scim.bulk(body, principal.id)),
})

const heldRoutes = [
  defineRoute({
    method: 'GET',
    path: '/v1/directory/held',
    permission: 'identity.read',
    summary: 'Deactivations by the directory that wait for an administrator',
    schemas: {},
    answer: { meaning: '`{held: [{person, heldAt}]}`' },
    handle: async ({ services: { scim } }) => ({ json: { held: await scim.deactivations.held() } }),
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/directory/held/release',
    permission: 'identity.change',
    summary: 'Deactivate everybody whose deactivation was held',
    schemas: {},
    answer: {
      meaning: '`{deactivated, refused: [person]}`; the last administrator is refused and stays held.',
    },
    handle: async ({ person, services: { scim } }) => ({ json: await scim.deactivations.release(person.id) }),
  }),
]

/** The company's directory keeps persons and teams here; Okta and Entra are set up as docs/scim.md says. */
export const scimRoutes: readonly Route[] = [
  ...discoveryRoutes,
  ...resourceRoutes('Users', 'users'),
  ...resourceRoutes('Groups', 'groups'),
  bulkRoute,
  ...heldRoutes,
]

function describing(name: string, documents: readonly object[]): readonly Route[] {
  const path = `/scim/v2/${name}`
  return [
    defineRoute({
      ...{ ...PROVISION, method: 'GET', path, schemas: {} },
      summary: `The ${name} of this SCIM server`,
      answer: { type: SCIM_TYPE, meaning: 'A ListResponse.' },
      handle: () =>
        Promise.resolve(
          scimAnswer(200, listResponse({ total: documents.length, startIndex: 1, resources: documents })),
        ),
    }),
    defineRoute({
      ...{ ...PROVISION, method: 'GET', path: `${path}/:id`, schemas: { params: Params } },
      summary: `One of the ${name} of this SCIM server`,
      answer: { type: SCIM_TYPE, meaning: 'It.' },
      failures: ['server.route-unknown'],
      handle: ({ params }) => {
        const found = documents.find((document) => 'id' in document && document.id === params.id)
        if (found !== undefined) return Promise.resolve(scimAnswer(200, found))
        throw serverFailures.create('route-unknown', `There is none of this name among the ${name}.`)
      },
    }),
  ]
}

function changing(principal: Principal, headers: IncomingHttpHeaders): Changing {
  const ifMatch = headers['if-match']
  return { actor: principal.id, ...(ifMatch === undefined ? {} : { ifMatch }) }
}

function shownAnswer(status: number, { document, location, version }: Shown) {
  const headers = { etag: version, location }
  return { status, type: SCIM_TYPE, headers, bytes: JSON.stringify(document) }
}

function scimAnswer(status: number, document: object): Answer {
  return { status, type: SCIM_TYPE, bytes: JSON.stringify(document) }
}

function refusal(failure: Failure): Answer {
  const problem = scimProblemOf(failure)
  return scimAnswer(Number(problem.status), problem)
}
