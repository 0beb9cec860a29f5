import { Type } from 'typebox'
import { defineRoute } from '../route.ts'

const PersonParams = Type.Object({ person: Type.String({ pattern: '^per_[0-9A-Z]{26}$' }) })
const Name = Type.String({ minLength: 1, maxLength: 200, pattern: '^[^<>\\n]+$' })
const Email = Type.String({ maxLength: 320, pattern: '^[^<>\\s@]{1,64}@[^<>\\s@]{1,255}$' })
const ExternalIdBody = Type.Object(
  {
    provider: Type.String({ pattern: '^(email|(oidc|scim|github|gitlab):\\S{1,300})$' }),
    subject: Type.String({ minLength: 1, maxLength: 300 }),
  },
  { additionalProperties: false },
)
const UNKNOWN = ['identity.person-unknown']
const WEEK_MS = 7 * 24 * 3_600_000

const listing = [
  defineRoute({
    method: 'GET',
    path: '/v1/persons',
    permission: 'identity.read',
    summary: 'Persons with their roles, in the order they were added',
    schemas: {
      query: Type.Object({
        offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000_000 })),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 100 })),
      }),
    },
    answer: { meaning: '`{total, persons: [{id, name, email, active, roles: [{role, scope}]}]}`' },
    handle: async ({ query, services: { identity } }) => {
      const { offset = 0, limit = 100 } = query
      const { total, persons } = await identity.directory.page({ offset, limit })
      const withRoles = persons.map(async (person) => ({
        ...person,
        roles: await identity.access.rolesOf({ kind: 'person', ...person }),
      }))
      return { json: { total, persons: await Promise.all(withRoles) } }
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/persons',
    permission: 'identity.change',
    summary: 'Add a person, whose address the caller vouches for',
    schemas: { body: Type.Object({ name: Name, email: Email }, { additionalProperties: false }) },
    answer: { status: 201, meaning: 'The person.' },
    failures: ['identity.email-taken'],
    handle: async ({ body, person: by, services: { identity } }) => ({
      status: 201,
      json: await identity.directory.add({ ...body, emailVerified: true }, by.id),
    }),
  }),
  defineRoute({
    method: 'PATCH',
    path: '/v1/persons/:person',
    permission: 'identity.change',
    summary: 'Change the name or address of a person',
    schemas: {
      params: PersonParams,
      body: Type.Object(
        { name: Type.Optional(Name), email: Type.Optional(Email) },
        { additionalProperties: false },
      ),
    },
    answer: { meaning: 'The person.' },
    failures: [...UNKNOWN, 'identity.email-taken'],
    handle: async ({ params, body, person: by, services: { identity } }) => ({
      json: await identity.directory.change(params.person, body, by.id),
    }),
  }),
]

const lifecycle = [
  defineRoute({
    method: 'POST',
    path: '/v1/persons/:person/deactivate',
    permission: 'identity.change',
    summary: 'End everything a person may do: sessions, run tokens, open runs',
    schemas: {
      params: PersonParams,
      body: Type.Object(
        { reason: Type.Enum(['left', 'compromised', 'administrator']) },
        { additionalProperties: false },
      ),
    },
    answer: { meaning: 'The person; their open runs are ended.' },
    failures: [...UNKNOWN, 'identity.last-administrator'],
    handle: async ({ params, body, person: by, services: { identity, leavers } }) => {
      const person = await identity.directory.deactivate(params.person, body.reason, by.id)
      await leavers.settled()
      return { json: person }
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/persons/:person/reactivate',
    permission: 'identity.change',
    summary: 'Let a person back in, with the roles they had',
    schemas: { params: PersonParams },
    answer: { meaning: 'The person.' },
    failures: [...UNKNOWN, 'identity.person-inactive'],
    handle: async ({ params, person: by, services: { identity } }) => ({
      json: await identity.directory.reactivate(params.person, by.id),
    }),
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/persons/:person/merge',
    permission: 'identity.change',
    summary: 'Note that this person is the same human as another, as whom they go on',
    schemas: {
      params: PersonParams,
      body: Type.Object({ into: PersonParams.properties.person }, { additionalProperties: false }),
    },
    answer: { meaning: 'The person they go on as.' },
    failures: [...UNKNOWN, 'identity.same-person', 'identity.person-inactive', 'identity.last-administrator'],
    handle: async ({ params, body, person: by, services: { identity, leavers } }) => {
      await identity.directory.merge(params.person, body.into, by.id)
      await leavers.settled()
      return { json: await identity.person(body.into) }
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/persons/:person/invitation',
    permission: 'identity.change',
    summary: 'Make a link with which the person chooses a password; it works once, for a week',
    schemas: { params: PersonParams },
    answer: { status: 201, meaning: '`{id, token, expiresAt}`; the token is not shown again.' },
    failures: UNKNOWN,
    handle: async ({ params, person: by, services: { identity } }) => {
      const purpose = (await identity.localAccounts.hasPassword(params.person)) ? 'reset' : 'invite'
      const link = await identity.links.issue(params.person, { purpose, lifetimeMs: WEEK_MS }, by.id)
      return { status: 201, json: link }
    },
  }),
]

const externalIds = [
  defineRoute({
    method: 'GET',
    path: '/v1/persons/:person/external-ids',
    permission: 'identity.read',
    summary: 'How other systems name a person',
    schemas: { params: PersonParams },
    answer: { meaning: '`{externalIds: [{provider, subject, verified}]}`' },
    handle: async ({ params, services: { identity } }) => ({
      json: { externalIds: await identity.directory.externalIds(params.person) },
    }),
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/persons/:person/external-ids',
    permission: 'identity.change',
    summary: 'Note how another system names a person; the caller vouches for it',
    schemas: { params: PersonParams, body: ExternalIdBody },
    answer: { meaning: '`{}`' },
    failures: [...UNKNOWN, 'identity.account-taken', 'identity.email-taken', 'identity.person-inactive'],
    handle: async ({ params, body, person: by, services: { identity } }) => {
      await identity.directory.link(params.person, { ...body, verified: true }, by.id)
      return { json: {} }
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/persons/:person/external-ids/remove',
    permission: 'identity.change',
    summary: 'Forget how another system names a person, who is signed out',
    schemas: { params: PersonParams, body: ExternalIdBody },
    answer: { meaning: '`{}`' },
    failures: UNKNOWN,
    handle: async ({ params, body, person: by, services: { identity } }) => {
      await identity.directory.unlink(params.person, body.provider, body.subject, by.id)
      return { json: {} }
    },
  }),
]

/** Persons: who is there, who left, and how other systems name them. */
export const personRoutes = [...listing, ...lifecycle, ...externalIds]
