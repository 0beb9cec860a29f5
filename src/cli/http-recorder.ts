import type { RunRecorder } from '../running/session/index.ts'
import type { RunSummary } from '../server/index.ts'
import type { ApiClient } from './api-client.ts'

interface Opened {
  readonly run: string
  readonly token: string
  readonly sponsor: { readonly id: string }
}

const HEARTBEAT_PATIENCE_MS = 10_000

/** Records a session through the API of a server. */
export function httpRecorder(client: ApiClient): RunRecorder<RunSummary> {
  return {
    open: async ({ workflow, task, agentKind, repositories }) => {
      const body = { workflow, task: task.toString('base64'), agentKind, repositories }
      const { run, token, sponsor } = await client.post<Opened>('/v1/runs', body)
      return { run, token, gatewayUrl: client.url, sponsor: sponsor.id }
    },
    observe: async (run, { kind, data, parts }) => {
      const encoded = parts.map(({ name, type, body }) => ({
        name,
        type,
        body: Buffer.from(body).toString('base64'),
      }))
      await client.post(`/v1/runs/${run}/observations`, { kind, data, parts: encoded })
    },
    heartbeat: async (run) => {
      await client.post(`/v1/runs/${run}/heartbeat`, {}, HEARTBEAT_PATIENCE_MS)
    },
    close: (run, { exitCode, durationMs, signal }) =>
      client.post<RunSummary>(`/v1/runs/${run}/close`, {
        exitCode,
        durationMs,
        ...(signal === undefined ? {} : { signal }),
      }),
  }
}
