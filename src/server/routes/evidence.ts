import { Type } from 'typebox'
import { exportBundle } from '../evidence-export.ts'
import { defineRoute } from '../route.ts'

export const evidenceRoutes = [
  defineRoute({
    method: 'GET',
    path: '/v1/runs/:run/bundle',
    permission: 'person',
    summary: 'The evidence bundle of an ended run',
    schemas: {
      params: Type.Object({ run: Type.String({ pattern: '^run_[0-9A-Z]{26}$' }) }),
      query: Type.Object({ withhold: Type.Optional(Type.Literal('parts')) }),
    },
    answer: { type: 'application/zip', meaning: 'The bundle.' },
    failures: [
      'run.unknown',
      'evidence.run-open',
      'evidence.record-missing',
      'evidence.part-missing',
      'evidence.too-large',
    ],
    handle: async ({ params, query, person, services }) => ({
      type: 'application/zip',
      bytes: await exportBundle(services, {
        run: params.run,
        withhold: query.withhold === 'parts',
        reader: person.id,
      }),
    }),
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/log/checkpoint',
    permission: 'person',
    summary: 'A signed checkpoint over everything recorded so far',
    schemas: {},
    answer: { type: 'text/plain; charset=utf-8', meaning: 'A signed note.' },
    handle: async ({ services }) => ({
      type: 'text/plain; charset=utf-8',
      bytes: await services.ledger.checkpoint(),
    }),
  }),
]
