import { canonicalJson, isFailure } from '../kernel/index.ts'
import { unexplainedFiles } from '../recording/changes/index.ts'
import type { EventData } from '../recording/record/index.ts'
import { allEntries, type Observation, type OpenRun, runFailures } from '../recording/runs/index.ts'
import type { Body } from '../recording/vault/index.ts'
import type { Services } from './composition.ts'

/** What a wrapper sends. */
export interface SentObservation {
  readonly kind: string
  readonly data: Readonly<Record<string, unknown>>
  readonly parts: readonly { readonly name: string; readonly type: string; readonly body: string }[]
}

/** The facts a wrapper may add; everything else is for the server itself to record. */
const WRAPPER_KINDS = ['repository.observed', 'agent.configured', 'change.observed', 'recording.gap'] as const

/** Checks a wrapper's observation (`run.bad-observation`) and adds what only the server knows. */
export async function observationOf(
  services: Services,
  run: OpenRun,
  sent: SentObservation,
): Promise<Observation> {
  const kind = WRAPPER_KINDS.find((known) => known === sent.kind)
  if (kind === undefined) throw bad(`A recorder may not add "${sent.kind.slice(0, 40)}" to a run.`)
  const bodies = bodiesOf(sent)
  const data = checkedData(sent.data)
  const unexplained = kind === 'change.observed' ? await countUnexplained(services, run, bodies) : undefined
  return {
    kind,
    actor: run.sponsor,
    data: unexplained === undefined ? data : { ...data, unexplained },
    bodies,
  }
}

/** How the gateway names the pieces of requests; a wrapper's part of such a name would pass for one. */
const PIECE_NAME = /^p\d+$/

function bodiesOf({ parts }: SentObservation): Record<string, Body> {
  const piece = parts.find(({ name }) => PIECE_NAME.test(name))
  if (piece !== undefined) throw bad(`A part may not be called "${piece.name}"; pieces of requests are.`)
  const bodies = Object.fromEntries(
    parts.map(({ name, type, body }) => [name, { type, body: Buffer.from(body, 'base64') }]),
  )
  if (Object.keys(bodies).length !== parts.length)
    throw bad('Two parts of the observation have the same name.')
  return bodies
}

function checkedData(data: Readonly<Record<string, unknown>>): EventData {
  try {
    canonicalJson(data)
    return data as EventData
  } catch (error) {
    throw bad(isFailure(error) ? error.message : 'The data of the observation cannot be recorded.')
  }
}

/** How many changed files no recorded tool call mentions: the wrapper cannot know, it does not see the tool calls. */
async function countUnexplained(
  { ledger, vault }: Services,
  run: OpenRun,
  bodies: Readonly<Record<string, Body>>,
): Promise<number> {
  const calls = (await allEntries(ledger, run.id)).filter((entry) => entry.kind === 'tool.called')
  const parts = await vault.disclose(calls.map((entry) => entry.recordId))
  const paths = changedPaths(bodies.files)
  return unexplainedFiles(
    paths,
    parts.map((part) => Buffer.from(part.body).toString()),
  ).length
}

function changedPaths(files: Body | undefined): string[] {
  if (files === undefined) return []
  try {
    const list: unknown = JSON.parse(Buffer.from(files.body).toString())
    if (!Array.isArray(list)) return []
    return list.map((file: { path?: unknown }) => file.path).filter((path) => typeof path === 'string')
  } catch {
    throw bad('The part "files" is not JSON.')
  }
}

function bad(message: string) {
  return runFailures.create('bad-observation', message)
}
