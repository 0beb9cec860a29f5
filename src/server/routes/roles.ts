import { type Static, Type } from 'typebox'
import {
  type HeldRole,
  identityFailures,
  parseScope,
  ROLES,
  type RoleHolder,
  type Scope,
  SERVICE_ROLES,
} from '../../governing/identity/index.ts'
import { defineRoute } from '../route.ts'

const GrantBody = Type.Object(
  {
    holder: Type.String({
      pattern: '^(per|tem|svc)_[0-9A-Z]{26}$',
      description: 'A person, a team or a service account.',
    }),
    role: Type.Enum([...ROLES, ...SERVICE_ROLES]),
    scope: Type.String({ maxLength: 100, description: 'organisation, team:ID or workflow:NAME' }),
  },
  { additionalProperties: false },
)
const HOLDER_FAILURES = [
  'identity.scope-malformed',
  'identity.role-not-for-holder',
  'identity.person-unknown',
  'identity.team-unknown',
  'identity.service-unknown',
]
const Words = Type.String({ minLength: 1, maxLength: 10_000 })
const DAY_MS = 24 * 3_600_000

const roles = [
  defineRoute({
    method: 'GET',
    path: '/v1/roles',
    permission: 'identity.read',
    summary: 'Who holds which role where',
    schemas: {},
    answer: { meaning: '`{grants: [{holder, role, scope, grantedAt, grantedBy}]}`' },
    handle: async ({ services: { identity } }) => ({ json: { grants: await identity.roleGrants.all() } }),
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/roles/grant',
    permission: 'identity.change',
    summary: 'Give a role to a person, a team or a service account',
    schemas: { body: GrantBody },
    answer: { meaning: '`{}`' },
    failures: HOLDER_FAILURES,
    handle: async ({ body, person: by, services: { identity } }) => {
      await identity.roleGrants.grant(body.holder as RoleHolder, heldRole(body), by.id)
      return { json: {} }
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/roles/revoke',
    permission: 'identity.change',
    summary: 'Take a role away',
    schemas: { body: GrantBody },
    answer: { meaning: '`{}`' },
    failures: ['identity.scope-malformed', 'identity.last-administrator'],
    handle: async ({ body, person: by, services: { identity } }) => {
      await identity.roleGrants.revoke(body.holder as RoleHolder, heldRole(body), by.id)
      return { json: {} }
    },
  }),
]

const disclosures = [
  defineRoute({
    method: 'GET',
    path: '/v1/disclosures',
    permission: 'identity.read',
    summary: 'Who was let read what for how long, newest first',
    schemas: {},
    answer: { meaning: '`{disclosures: [{id, person, scope, grantedBy, expiresAt, revoked}]}`' },
    handle: async ({ services: { identity } }) => ({
      json: { disclosures: await identity.disclosures.all() },
    }),
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/disclosures',
    permission: 'disclosure.grant',
    summary: 'Let a person read the parts of a scope for a time',
    schemas: {
      body: Type.Object(
        {
          person: Type.String({ pattern: '^per_[0-9A-Z]{26}$' }),
          scope: Type.String({
            maxLength: 100,
            description: 'organisation, team:ID, workflow:NAME or run:ID',
          }),
          reason: Words,
          days: Type.Integer({ minimum: 1, maximum: 90 }),
        },
        { additionalProperties: false },
      ),
    },
    answer: { status: 201, meaning: 'The disclosure.' },
    failures: ['identity.scope-malformed', 'identity.person-unknown'],
    handle: async ({ body, person: by, services: { identity } }) => {
      const { person, reason, days } = body
      const wish = { person, reason, scope: scopeOf(body.scope), lifetimeMs: days * DAY_MS }
      return { status: 201, json: await identity.disclosures.grant(wish, by.id) }
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/disclosures/:grant/revoke',
    permission: 'disclosure.grant',
    summary: 'End a disclosure before its time',
    schemas: { params: Type.Object({ grant: Type.String({ pattern: '^grt_[0-9A-Z]{26}$' }) }) },
    answer: { meaning: '`{}`' },
    failures: ['identity.disclosure-unknown'],
    handle: async ({ params, person: by, services: { identity } }) => {
      await identity.disclosures.revoke(params.grant, by.id)
      return { json: {} }
    },
  }),
]

/** Who may do what where. */
export const roleRoutes = [...roles, ...disclosures]

function heldRole({ role, scope }: Static<typeof GrantBody>): HeldRole {
  return { role, scope: scopeOf(scope) }
}

function scopeOf(text: string): Scope {
  const scope = parseScope(text)
  if (scope !== undefined) return scope
  throw identityFailures.create('scope-malformed', 'Write organisation, team:ID, workflow:NAME or run:ID.')
}
