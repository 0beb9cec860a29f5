import { Type } from 'typebox'
import { defineRoute } from '../route.ts'

const ServiceParams = Type.Object({ service: Type.String({ pattern: '^svc_[0-9A-Z]{26}$' }) })
const DAY_MS = 24 * 3_600_000

/** Accounts of integrations and their tokens, and the agents that persons and teams have brought. */
export const serviceAccountRoutes = [
  defineRoute({
    method: 'GET',
    path: '/v1/agents',
    permission: 'identity.read',
    summary: 'Agents and who owns them',
    schemas: {},
    answer: { meaning: '`{agents: [{id, kind, owner}]}`' },
    handle: async ({ services: { identity } }) => ({ json: { agents: await identity.agents.all() } }),
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/service-accounts',
    permission: 'identity.read',
    summary: 'Service accounts with their tokens, without secrets',
    schemas: {},
    answer: {
      meaning:
        '`{services: [{id, name, active, tokens: [{id, issuedAt, expiresAt}], roles: [{role, scope}]}]}`',
    },
    handle: async ({ services: { identity } }) => {
      const { serviceAccounts, access } = identity
      const told = (await serviceAccounts.all()).map(async (service) => ({
        ...service,
        tokens: await serviceAccounts.tokensOf(service.id),
        roles: await access.rolesOf({ kind: 'service', ...service }),
      }))
      return { json: { services: await Promise.all(told) } }
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/service-accounts',
    permission: 'identity.change',
    summary: 'Add a service account for an integration',
    schemas: {
      body: Type.Object(
        { name: Type.String({ pattern: '^[a-z][a-z0-9-]{0,63}$' }) },
        { additionalProperties: false },
      ),
    },
    answer: { status: 201, meaning: 'The service account.' },
    failures: ['identity.service-name-taken'],
    handle: async ({ body, person: by, services: { identity } }) => ({
      status: 201,
      json: await identity.serviceAccounts.add(body.name, by.id),
    }),
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/service-accounts/:service/tokens',
    permission: 'identity.change',
    summary: 'Issue a token of a service account',
    schemas: {
      params: ServiceParams,
      body: Type.Object(
        { days: Type.Integer({ minimum: 1, maximum: 366 }) },
        { additionalProperties: false },
      ),
    },
    answer: { status: 201, meaning: '`{id, service, issuedAt, expiresAt, token}`; it is not shown again.' },
    failures: ['identity.service-unknown'],
    handle: async ({ params, body, person: by, services: { identity } }) => ({
      status: 201,
      json: await identity.serviceAccounts.issueToken(params.service, body.days * DAY_MS, by.id),
    }),
  }),
  defineRoute({
    method: 'DELETE',
    path: '/v1/service-accounts/:service/tokens/:token',
    permission: 'identity.change',
    summary: 'Revoke a token of a service account',
    schemas: {
      params: Type.Object({
        ...ServiceParams.properties,
        token: Type.String({ pattern: '^key_[0-9A-Z]{26}$' }),
      }),
    },
    answer: { meaning: '`{}`' },
    failures: ['identity.token-unknown'],
    handle: async ({ params, person: by, services: { identity } }) => {
      await identity.serviceAccounts.revokeToken(params.token, by.id)
      return { json: {} }
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: '/v1/service-accounts/:service',
    permission: 'identity.change',
    summary: 'End a service account with its tokens and roles',
    schemas: { params: ServiceParams },
    answer: { meaning: '`{}`' },
    failures: ['identity.service-unknown'],
    handle: async ({ params, person: by, services: { identity } }) => {
      await identity.serviceAccounts.remove(params.service, by.id)
      return { json: {} }
    },
  }),
]
