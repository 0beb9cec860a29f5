import { Type } from 'typebox'
import { identityFailures } from '../../governing/identity/index.ts'
import { defineRoute } from '../route.ts'

const PersonParams = Type.Object({ person: Type.String({ pattern: '^per_[0-9A-Z]{26}$' }) })
const SessionParams = Type.Object({ session: Type.String({ pattern: '^ses_[0-9A-Z]{26}$' }) })
const SESSIONS = '`{sessions: [{id, person, kind, startedAt, expiresAt, lastUsedAt}]}`'

/** Who is signed in. Everybody sees and ends their own sessions; administrators everybody’s. */
export const sessionRoutes = [
  defineRoute({
    method: 'GET',
    path: '/v1/sessions',
    permission: 'person',
    summary: 'The caller’s own sessions',
    schemas: {},
    answer: { meaning: SESSIONS },
    handle: async ({ person, services: { identity } }) => ({
      json: { sessions: await identity.sessions.list(person.id) },
    }),
  }),
  defineRoute({
    method: 'DELETE',
    path: '/v1/sessions/:session',
    permission: 'person',
    summary: 'End one of the caller’s own sessions',
    schemas: { params: SessionParams },
    answer: { meaning: '`{}`' },
    failures: ['identity.session-unknown'],
    handle: async ({ params, person, services: { identity } }) => {
      const own = await identity.sessions.list(person.id)
      if (!own.some(({ id }) => id === params.session)) {
        throw identityFailures.create('session-unknown', `You have no session ${params.session}.`)
      }
      await identity.sessions.end(params.session, person.id)
      return { json: {} }
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/persons/:person/sessions',
    permission: 'identity.read',
    summary: 'The sessions of a person',
    schemas: { params: PersonParams },
    answer: { meaning: SESSIONS },
    handle: async ({ params, services: { identity } }) => ({
      json: { sessions: await identity.sessions.list(params.person) },
    }),
  }),
  defineRoute({
    method: 'DELETE',
    path: '/v1/persons/:person/sessions/:session',
    permission: 'identity.change',
    summary: 'End a session of somebody else',
    schemas: { params: Type.Object({ ...PersonParams.properties, ...SessionParams.properties }) },
    answer: { meaning: '`{}`' },
    failures: ['identity.session-unknown'],
    handle: async ({ params, person: by, services: { identity } }) => {
      await identity.sessions.end(params.session, by.id, 'revoked')
      return { json: {} }
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: '/v1/persons/:person/sessions',
    permission: 'identity.change',
    summary: 'Sign a person out everywhere',
    schemas: { params: PersonParams },
    answer: { meaning: '`{ended}`: how many sessions' },
    handle: async ({ params, person: by, services: { identity } }) => ({
      json: { ended: await identity.sessions.endAllOf(params.person, by.id) },
    }),
  }),
]
