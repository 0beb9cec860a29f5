import { Type } from 'typebox'
import { defineRoute } from '../route.ts'

const TeamParams = Type.Object({ team: Type.String({ pattern: '^tem_[0-9A-Z]{26}$' }) })
const Name = Type.String({ pattern: '^[a-z][a-z0-9-]{0,63}$' })
const PersonId = Type.String({ pattern: '^per_[0-9A-Z]{26}$' })
const OwningBody = Type.Object(
  {
    kind: Type.Enum(['workflow', 'repository']),
    subject: Type.String({ minLength: 1, maxLength: 400 }),
  },
  { additionalProperties: false },
)
const TEAM = 'The team: `{id, name, members: […], owns: [{kind, subject}]}`.'

/** Teams, their members, and the workflows and repositories they own. */
export const teamRoutes = [
  defineRoute({
    method: 'GET',
    path: '/v1/teams',
    permission: 'identity.read',
    summary: 'Teams by name',
    schemas: {},
    answer: { meaning: '`{teams: [{id, name, members: […], owns: [{kind, subject}]}]}`' },
    handle: async ({ services: { identity } }) => ({ json: { teams: await identity.teams.all() } }),
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/teams',
    permission: 'identity.change',
    summary: 'Add a team',
    schemas: { body: Type.Object({ name: Name }, { additionalProperties: false }) },
    answer: { status: 201, meaning: TEAM },
    failures: ['identity.team-name-taken'],
    handle: async ({ body, person: by, services: { identity } }) => ({
      status: 201,
      json: await identity.teams.add(body.name, by.id),
    }),
  }),
  defineRoute({
    method: 'PUT',
    path: '/v1/teams/:team/members',
    permission: 'identity.change',
    summary: 'Say who the members of a team are',
    schemas: {
      params: TeamParams,
      body: Type.Object(
        { members: Type.Array(PersonId, { maxItems: 20_000 }) },
        { additionalProperties: false },
      ),
    },
    answer: { meaning: TEAM },
    failures: ['identity.team-unknown', 'identity.person-unknown', 'identity.last-administrator'],
    handle: async ({ params, body, person: by, services: { identity } }) => ({
      json: await identity.teams.setMembers(params.team, body.members, by.id),
    }),
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/teams/:team/owns',
    permission: 'identity.change',
    summary: 'Make a team the owner of a workflow or repository',
    schemas: { params: TeamParams, body: OwningBody },
    answer: { meaning: TEAM },
    failures: ['identity.team-unknown'],
    handle: async ({ params, body, person: by, services: { identity } }) => ({
      json: await identity.teams.own(params.team, body, by.id),
    }),
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/teams/:team/owns/remove',
    permission: 'identity.change',
    summary: 'Take a workflow or repository from a team',
    schemas: { params: TeamParams, body: OwningBody },
    answer: { meaning: TEAM },
    failures: ['identity.team-unknown'],
    handle: async ({ params, body, person: by, services: { identity } }) => ({
      json: await identity.teams.disown(params.team, body, by.id),
    }),
  }),
  defineRoute({
    method: 'DELETE',
    path: '/v1/teams/:team',
    permission: 'identity.change',
    summary: 'Remove a team with the roles it gives',
    schemas: { params: TeamParams },
    answer: { meaning: '`{}`' },
    failures: ['identity.last-administrator'],
    handle: async ({ params, person: by, services: { identity } }) => {
      await identity.teams.remove(params.team, by.id)
      return { json: {} }
    },
  }),
]
