import { Type } from 'typebox'
import { GATEWAY_PREFIX } from '../../proxying/gateway/index.ts'
import type { OpenRun } from '../../recording/runs/index.ts'
import { runFailures } from '../../recording/runs/index.ts'
import { runInPath, workflowInBody } from '../call-target.ts'
import type { Services } from '../composition.ts'
import { observationOf } from '../observation.ts'
import { openRun } from '../open-run.ts'
import { defineRoute } from '../route.ts'
import { runStory } from '../run-story.ts'
import { runSummary } from '../run-summary.ts'
import { visibleRuns } from '../visible-runs.ts'

const RunParams = Type.Object({ run: Type.String({ pattern: '^run_[0-9A-Z]{26}$' }) })
/** A wrapper sends whole files and patches: base64 of at most about 96 MB of them at once. */
const OBSERVATION_LIMIT_BYTES = 128 * 1024 * 1024

export const runRoutes = [
  defineRoute({
    method: 'POST',
    path: '/v1/runs',
    permission: 'run.open',
    scope: workflowInBody,
    summary: 'Open a run for the person who calls',
    schemas: {
      body: Type.Object(
        {
          workflow: Type.String({ minLength: 1, maxLength: 100 }),
          task: Type.String({ description: 'base64 of the exact task text' }),
          agentKind: Type.String({ pattern: '^[a-z][a-z0-9-]{0,31}$' }),
          repositories: Type.Integer({ minimum: 0, maximum: 1000 }),
        },
        { additionalProperties: false },
      ),
    },
    answer: {
      status: 201,
      meaning: '`{run, token, gatewayPath, sponsor}`; the token is the agent’s, for this run.',
    },
    failures: [
      'identity.owner-inactive',
      'recording-level.lowered',
      'workflow.unknown',
      'workflow.invalid',
      'workflow.unreadable',
    ],
    bodyLimitBytes: 8 * 1024 * 1024,
    handle: async ({ body, person, services }) => {
      const { run, token } = await openRun(services, person, {
        ...body,
        task: Buffer.from(body.task, 'base64'),
      })
      return { status: 201, json: { run, token, gatewayPath: GATEWAY_PREFIX.slice(0, -1), sponsor: person } }
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/runs',
    permission: 'run.read',
    scope: 'filtered',
    summary: 'Runs, newest first',
    schemas: {
      query: Type.Object({
        before: Type.Optional(Type.String()),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 50 })),
      }),
    },
    answer: {
      meaning: '`{runs: […], next}`; `next` is the `before` of the next page and absent on the last.',
    },
    handle: async ({ query, principal, services }) => {
      const limit = query.limit ?? 50
      const rows = await services.runs.list(query.before, limit)
      const visible = await visibleRuns(services, principal, rows)
      const runs = await Promise.all(visible.map((row) => runSummary(services, row)))
      return { json: { runs, next: rows.length === limit ? rows.at(-1)?.id : undefined } }
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/runs/:run',
    permission: 'run.read',
    scope: runInPath,
    summary: 'One run: who, what, with which models, what it changed',
    schemas: { params: RunParams },
    answer: { meaning: 'The run with its task, models, tool calls, files and refusals.' },
    failures: ['run.unknown'],
    handle: async ({ params, principal, services }) => ({
      json: await runStory(services, params.run, principal),
    }),
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/runs/:run/observations',
    permission: 'person',
    summary: 'Record what the wrapper of an open run observed',
    schemas: {
      params: RunParams,
      body: Type.Object(
        {
          kind: Type.String(),
          data: Type.Record(Type.String(), Type.Unknown()),
          parts: Type.Array(
            Type.Object(
              {
                name: Type.String({ pattern: '^[a-z][a-z0-9-]{0,31}$' }),
                type: Type.String({ pattern: '^[a-z0-9.+/-]{1,100}$' }),
                body: Type.String({ description: 'base64' }),
              },
              { additionalProperties: false },
            ),
          ),
        },
        { additionalProperties: false },
      ),
    },
    answer: { status: 201, meaning: '`{}` once it is durable.' },
    failures: ['run.bad-observation', 'run.closed', 'run.not-sponsor'],
    bodyLimitBytes: OBSERVATION_LIMIT_BYTES,
    handle: async ({ params, body, person, services }) => {
      const run = await sponsoredRun(services, params.run, person.id)
      await services.runs.record(run, [await observationOf(services, run, body)])
      services.runs.heard(run)
      return { status: 201, json: {} }
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/runs/:run/heartbeat',
    permission: 'person',
    summary: 'Say that the wrapper of an open run is alive',
    schemas: { params: RunParams },
    answer: { meaning: '`{}`' },
    failures: ['run.closed', 'run.not-sponsor'],
    handle: async ({ params, person, services }) => {
      const run = await sponsoredRun(services, params.run, person.id)
      services.runs.heard(run)
      await services.identity.runTokens.renew(run.id, services.settings.tokenLifetimeMs)
      return { json: {} }
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/runs/:run/close',
    permission: 'person',
    summary: 'End a run and sign its execution record',
    schemas: {
      params: RunParams,
      body: Type.Object(
        {
          exitCode: Type.Integer({ minimum: 0, maximum: 255 }),
          durationMs: Type.Integer({ minimum: 0 }),
          signal: Type.Optional(Type.String({ pattern: '^SIG[A-Z0-9]{1,10}$' })),
        },
        { additionalProperties: false },
      ),
    },
    answer: { meaning: 'The run with its coverage.' },
    failures: ['run.closed', 'run.not-sponsor'],
    handle: async ({ params, body, person, services }) => {
      await services.runs.close(await sponsoredRun(services, params.run, person.id), body)
      return { json: await runSummary(services, await services.runs.row(params.run)) }
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/runs/:run/stop',
    permission: 'run.stop',
    scope: runInPath,
    summary: 'End somebody else’s run; its token opens nothing from now on',
    schemas: { params: RunParams },
    answer: { meaning: 'The run.' },
    failures: ['run.unknown', 'run.closed'],
    handle: async ({ params, person, services }) => {
      const run = await services.runs.find(params.run)
      if (run === undefined) throw runFailures.create('closed', `${params.run} is not open.`)
      await services.identity.runTokens.revoke(run.id, 'run-stopped', person.id)
      await services.runs.abandon(run, 'stopped')
      return { json: await runSummary(services, await services.runs.row(run.id)) }
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/commits/:sha',
    permission: 'run.read',
    scope: 'filtered',
    summary: 'The runs that made a commit',
    schemas: { params: Type.Object({ sha: Type.String({ pattern: '^[0-9a-fA-F]{7,64}$' }) }) },
    answer: { meaning: '`{runs: […]}`, none when no recorded run made it.' },
    handle: async ({ params, principal, services }) => {
      const ids = await services.runs.ofCommit(params.sha)
      const rows = await Promise.all(ids.map((id) => services.runs.row(id)))
      const visible = await visibleRuns(services, principal, rows)
      return { json: { runs: visible.map(({ id }) => id) } }
    },
  }),
]

/** The open run, when the caller is its sponsor: nobody adds to somebody else's run. */
async function sponsoredRun({ runs }: Services, id: string, person: string): Promise<OpenRun> {
  const run = await runs.find(id)
  if (run !== undefined && run.sponsor === person) return run
  if (run === undefined) throw runFailures.create('closed', `${id} is not open; open a new run.`)
  throw runFailures.create('not-sponsor', `${id} belongs to another person; open your own run.`)
}
