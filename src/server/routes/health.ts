import type { Services } from '../composition.ts'
import { defineRoute } from '../route.ts'

export const healthRoutes = [
  defineRoute({
    method: 'GET',
    path: '/livez',
    permission: 'public',
    summary: 'Whether the process answers',
    schemas: {},
    answer: { meaning: 'It does.' },
    handle: () => Promise.resolve({ json: { status: 'ok' } }),
  }),
  defineRoute({
    method: 'GET',
    path: '/readyz',
    permission: 'public',
    summary: 'Whether calls can be recorded',
    schemas: {},
    answer: { meaning: 'They can; 503 with the same shape when they cannot.' },
    handle: ({ services }) => {
      const ready = services.ledger.healthy
      // Recording goes on without publishing, so that alone makes nobody send his calls elsewhere.
      const { status: publishing, size: published } = services.publisher.state
      const witnesses = witnessesText(services.witnesses)
      const json = { status: ready ? 'ok' : 'ledger-stopped', publishing, published, witnesses }
      return Promise.resolve({ status: ready ? 200 : 503, json })
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/server',
    permission: 'public',
    summary: 'Version, and the key that verifies this ledger',
    schemas: {},
    answer: { meaning: '`{version, vkey}`' },
    handle: ({ services: { version, logVkey } }) => Promise.resolve({ json: { version, vkey: logVkey } }),
  }),
]

/** Neither names nor reasons: anybody may ask. */
function witnessesText({ state }: Services['witnesses']): 'none' | 'ok' | 'late' | 'contradicting' {
  if (state === undefined) return 'none'
  if (state.witnesses.some(({ contradicts }) => contradicts)) return 'contradicting'
  return state.isLate ? 'late' : 'ok'
}
