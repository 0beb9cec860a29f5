import type { Person } from '../governing/identity/index.ts'
import { findWorkflow } from '../governing/workflows/index.ts'
import type { Id } from '../kernel/index.ts'
import type { Services } from './composition.ts'

interface RunRequest {
  readonly workflow: string
  readonly task: Uint8Array
  readonly agentKind: string
  readonly repositories: number
}

/** Opens a run under a workflow that is read and checked now; throws the workflow's problems (`workflow.*`). */
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
  const { text: policy, digest: policyDigest } = found.value
  const run = services.ids('run')
  const { token, write } = services.identity.mintRunToken(run, services.settings.tokenLifetimeMs)
  const opening = {
    sponsor: sponsor.id,
    workflow: request.workflow,
    policy,
    policyDigest,
    task: request.task,
    agentKind: request.agentKind,
    repositories: request.repositories,
  }
  await services.runs.open(run, opening, [write])
  return { run, token }
}
