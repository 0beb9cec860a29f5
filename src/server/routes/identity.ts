import { defineRoute } from '../route.ts'

export const identityRoutes = [
  defineRoute({
    method: 'GET',
    path: '/v1/whoami',
    permission: 'person',
    summary: 'The person this session belongs to',
    schemas: {},
    answer: { meaning: '`{id, name, email}`' },
    handle: ({ person: { id, name, email } }) => Promise.resolve({ json: { id, name, email } }),
  }),
]
