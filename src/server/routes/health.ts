import { defineRoute } from '../route.ts'

export const healthRoutes = [
  defineRoute({
    method: 'GET',
    path: '/livez',
    permission: 'public',
    summary: 'Whether the process answers',
    schemas: {},
    handle: () => Promise.resolve({ json: { status: 'ok' } }),
  }),
  defineRoute({
    method: 'GET',
    path: '/readyz',
    permission: 'public',
    summary: 'Whether calls can be recorded',
    schemas: {},
    handle: ({ services }) => {
      const ready = services.ledger.healthy
      return Promise.resolve({ status: ready ? 200 : 503, json: { status: ready ? 'ok' : 'ledger-stopped' } })
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/server',
    permission: 'public',
    summary: 'Version, and the key that verifies this ledger',
    schemas: {},
    handle: ({ services: { version, logVkey } }) => Promise.resolve({ json: { version, vkey: logVkey } }),
  }),
]
