import { defineRoute } from '../route.ts'

export const identityRoutes = [
  defineRoute({
    method: 'GET',
    path: '/v1/whoami',
    permission: 'person',
    summary: 'The person this session belongs to',
    schemas: {},
    handle: ({ person: { id, name, email } }) => Promise.resolve({ json: { id, name, email } }),
  }),
]
