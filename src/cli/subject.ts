import type { ApiClient } from './api-client.ts'
import { cliFailures } from './failures.ts'
import { runOf } from './run-of.ts'

/** What a person names on a command line, with its kind. */
export interface Subject {
  readonly scope: 'part' | 'run' | 'workflow' | 'person' | 'organisation'
  readonly subject?: string
}

/** `EVENT/NAME`. */
export function isPartName(text: string): boolean {
  return /^evt_[0-9A-Z]{26}\/[a-z][a-zA-Z0-9-]{0,63}$/.test(text)
}

/** Tells by its form what somebody means; a commit means the run that made it. Throws `cli.run-unknown`, `cli.option-invalid`. */
async function subjectOf(client: ApiClient, text: string): Promise<Subject> {
  if (isPartName(text)) return { scope: 'part', subject: text }
  if (text === 'organisation') return { scope: 'organisation' }
  const [, workflow] = /^workflow:(.+)$/.exec(text) ?? []
  if (workflow !== undefined) return { scope: 'workflow', subject: workflow }
  if (/^per_[0-9A-Z]{26}$/.test(text) || text.includes('@')) return { scope: 'person', subject: text }
  return { scope: 'run', subject: await runOf(client, text) }
}

/** The same, when only some kinds make sense. */
export async function subjectAmong(
  client: ApiClient,
  text: string,
  scopes: readonly Subject['scope'][],
): Promise<Subject> {
  const found = await subjectOf(client, text)
  if (scopes.includes(found.scope)) return found
  throw cliFailures.create(
    'option-invalid',
    `A ${found.scope} cannot stand here; name a ${scopes.join(', a ')}.`,
  )
}
