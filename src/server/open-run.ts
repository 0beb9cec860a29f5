import { identityFailures, type Person } from '../governing/identity/index.ts'
import { findWorkflow } from '../governing/workflows/index.ts'
import type { Id } from '../kernel/index.ts'
import type { Services } from './composition.ts'
import { versionOf } from './policy-version.ts'

interface RunRequest {
  readonly workflow: string
  readonly task: Uint8Array
  readonly agentKind: string
  readonly repositories: number
}

/** Opens a run under a workflow that is read and checked now; throws the workflow's problems (`workflow.*`), `witness.not-witnessed`. */
export async function openRun(
  services: Services,
  sponsor: Person,
  request: RunRequest,
): Promise<{ readonly run: Id<'run'>; readonly token: string }> {
  const persons = await services.identity.persons()
  const emails = new Set(persons.map((person) => person.email))
  const found = await findWorkflow(services.directory.root, request.workflow, {
    persons: (email) => emails.has(email.toLowerCase()),
  })
  if (!found.ok) throw found.refusal
  const { text: policy, digest: policyDigest, workflow } = found.value
  await requireOwner(services, workflow.owner)
  await services.recordingLevels.apply(versionOf(found.value), sponsor.id)
  const { ms: retentionMs } = workflow.record.retention
  if (workflow.record.witnessed !== undefined) await services.witnesses.demand(workflow.record.witnessed.ms)
  const run = services.ids('run')
  const { agents, runTokens } = services.identity
  const agent = await agents.ensure(sponsor.id, request.agentKind, sponsor.id)
  const binding = { run, workflow: request.workflow, sponsor: sponsor.id }
  const { token, write } = runTokens.mint(binding, services.settings.tokenLifetimeMs)
  const opening = {
    sponsor: sponsor.id,
    agent: agent.id,
    workflow: request.workflow,
    policy,
    policyDigest,
    task: request.task,
    agentKind: request.agentKind,
    repositories: request.repositories,
    ...(retentionMs === undefined ? {} : { retentionMs }),
  }
  await services.runs.open(run, opening, [write])
  // Whoever was deactivated while their run was opened is not its sponsor any more.
  if ((await services.identity.person(sponsor.id))?.active !== true) await services.leavers.check()
  return { run, token }
}

/** A workflow needs a person who is accountable for it. */
async function requireOwner({ identity }: Services, email: string): Promise<void> {
  if ((await identity.directory.byEmail(email))?.active !== false) return
  throw identityFailures.create(
    'owner-inactive',
    'The owner of this workflow is no longer active here; name another one in its file.',
  )
}
