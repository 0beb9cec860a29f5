import { type AccessTarget, ORGANISATION } from '../governing/identity/index.ts'
import type { RouteCall } from './route.ts'

/** The run that the path names. Throws `run.unknown`. */
export async function runInPath({
  params,
  services,
}: RouteCall<{ readonly run: string }, unknown, unknown>): Promise<AccessTarget> {
  const { id, workflow } = await services.runs.row(params.run)
  return { scope: `run:${id}`, workflow }
}

/** The workflow that the body names, whether it exists or not. */
export function workflowInBody({
  body,
}: RouteCall<unknown, unknown, { readonly workflow: string }>): Promise<AccessTarget> {
  return Promise.resolve({ scope: `workflow:${body.workflow}` })
}

/** The run of the event that the path names; the organisation for one that belongs to no run, or to nothing. */
export async function eventInPath({
  params,
  services,
}: RouteCall<{ readonly event: string }, unknown, unknown>): Promise<AccessTarget> {
  const entry = await services.ledger.entryByRecordId(params.event)
  if (entry?.run === undefined) return { scope: ORGANISATION }
  const { id, workflow } = await services.runs.row(entry.run)
  return { scope: `run:${id}`, workflow }
}
