import { Type } from 'typebox'
import { runInPath } from '../call-target.ts'
import { exportBundle } from '../evidence-export.ts'
import { defineRoute } from '../route.ts'
import { requireParts } from '../visible-runs.ts'

export const evidenceRoutes = [
  defineRoute({
    method: 'GET',
    path: '/v1/runs/:run/bundle',
    permission: 'evidence.export',
    scope: runInPath,
    summary: 'The evidence bundle of an ended run',
    schemas: {
      params: Type.Object({ run: Type.String({ pattern: '^run_[0-9A-Z]{26}$' }) }),
      query: Type.Object({ withhold: Type.Optional(Type.Literal('parts')) }),
    },
    answer: { type: 'application/zip', meaning: 'The bundle.' },
    failures: [
      'identity.parts-withheld',
      'run.unknown',
      'evidence.run-open',
      'evidence.record-missing',
      'evidence.too-large',
    ],
    handle: async ({ params, query, principal, services }) => {
      const withhold = query.withhold === 'parts'
      if (!withhold) await requireParts(services, principal, await services.runs.row(params.run))
      const bytes = await exportBundle(services, { run: params.run, withhold, reader: principal.id })
      return { type: 'application/zip', bytes }
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/log/checkpoint',
    permission: 'log.read',
    summary: 'A signed checkpoint over everything recorded so far',
    schemas: {},
    answer: {
      type: 'text/plain; charset=utf-8',
      meaning: 'A signed note, with the cosignatures of witnesses when they come soon.',
    },
    handle: async ({ services }) => ({
      type: 'text/plain; charset=utf-8',
      bytes: await services.witnesses.cosigned(await services.ledger.checkpoint()),
    }),
  }),
]
