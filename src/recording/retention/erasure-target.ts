import type { Ledger } from '../ledger/index.ts'
import type { RunRow, Runs } from '../runs/index.ts'
import type { PartName, Vault } from '../vault/index.ts'
import { retentionFailures } from './failures.ts'

export const ERASURE_SCOPES = ['part', 'run', 'person'] as const
export type ErasureScope = (typeof ERASURE_SCOPES)[number]

/** What an erasure is to take away: whole runs, and single parts of others. */
export interface ErasureTarget {
  /** Runs that have ended, all of whose parts go. */
  readonly runs: readonly RunRow[]
  /** Single parts, with the run each belongs to. */
  readonly parts: readonly (PartName & { readonly of?: RunRow })[]
  /** The entry that erased all this already. */
  readonly doneBy?: number
}

interface TargetDeps {
  readonly runs: Runs
  readonly vault: Vault
  readonly ledger: Ledger
  isPerson(id: string): Promise<boolean>
}

/** Finds what a wish names. Throws `retention.*`, `run.unknown` or `vault.part-unknown` when it cannot be erased. */
export function findTarget(
  deps: TargetDeps,
  wish: { readonly scope: ErasureScope; readonly subject: string },
): Promise<ErasureTarget> {
  return FINDERS[wish.scope](deps, wish.subject)
}

const FINDERS: Readonly<Record<ErasureScope, (deps: TargetDeps, subject: string) => Promise<ErasureTarget>>> =
  { part: partTarget, run: runTarget, person: personTarget }

async function partTarget({ vault, runs, ledger }: TargetDeps, subject: string): Promise<ErasureTarget> {
  const [event = '', name = ''] = subject.split('/', 2)
  const found = await vault.standing({ event, name })
  if ((await ledger.entryByRecordId(event))?.kind === 'evidence.attached') {
    throw retentionFailures.create('not-erasable', `${event} holds a signed record, which stays.`)
  }
  const run = found.run === undefined ? undefined : ended(await runs.row(found.run))
  const part = { event, name, ...(run === undefined ? {} : { of: run }) }
  return { runs: [], parts: [part], ...(found.erasedBy === undefined ? {} : { doneBy: found.erasedBy }) }
}

async function runTarget({ runs }: TargetDeps, subject: string): Promise<ErasureTarget> {
  const run = ended(await runs.row(subject))
  return { runs: [run], parts: [], ...(run.erased_by === null ? {} : { doneBy: run.erased_by }) }
}

async function personTarget({ runs, isPerson }: TargetDeps, subject: string): Promise<ErasureTarget> {
  const sponsored = await runs.sponsoredBy(subject)
  if (sponsored.length === 0 && !(await isPerson(subject))) {
    const message = `There is no person ${JSON.stringify(subject.slice(0, 80))}.`
    throw retentionFailures.create('subject-unknown', message)
  }
  return { runs: sponsored.map(ended), parts: [] }
}

function ended(run: RunRow): RunRow {
  if (run.status !== 'open') return run
  throw retentionFailures.create('run-open', `${run.id} has not ended; stop it or wait, then ask again.`)
}
