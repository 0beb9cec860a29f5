import { identityFailures, type Principal } from '../governing/identity/index.ts'
import type { RunRow } from '../recording/runs/index.ts'
import type { Services } from './composition.ts'

/** Those of the runs that the caller may see, in order. */
export async function visibleRuns(
  { identity }: Services,
  principal: Principal,
  rows: readonly RunRow[],
): Promise<readonly RunRow[]> {
  const workflows = [...new Set(rows.map(({ workflow }) => workflow))]
  const seen = new Set(await identity.access.workflowsWith(principal, 'run.read', workflows))
  return rows.filter(({ workflow }) => seen.has(workflow))
}

/** Whether the caller may read the bodies of a run. */
export async function mayReadParts(
  { identity }: Services,
  principal: Principal,
  { id, workflow }: Pick<RunRow, 'id' | 'workflow'>,
): Promise<boolean> {
  const decision = await identity.access.decide(principal, 'part.read', { scope: `run:${id}`, workflow })
  return decision.allowed
}

/** Throws `identity.parts-withheld`, recorded, unless the caller may read the bodies of the run. */
export async function requireParts(
  services: Services,
  principal: Principal,
  run: Pick<RunRow, 'id' | 'workflow'>,
): Promise<void> {
  if (await mayReadParts(services, principal, run)) return
  const failure = identityFailures.create(
    'parts-withheld',
    'You may not read the bodies of this run; withhold them, or ask an administrator to disclose them to you.',
  )
  await services.identity.denials.note({ actor: principal.id, code: failure.code, of: 'part.read' })
  throw failure
}
