import { type Clock, type Id, type Ids, isFailure, timestamp } from '../../kernel/index.ts'
import type { Reader, Write } from '../../storage/index.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Actor, EventData, EventDraft, EventKind } from '../record/index.ts'
import type { Body, Keeping, Vault } from '../vault/index.ts'
import { runFailures } from './failures.ts'
import type { OpenRun } from './open-run.ts'
import type { SharedRuns } from './shared-runs.ts'
import {
  anyRunOfWorkflow,
  openRuns,
  type RunRow,
  type RunTables,
  runById,
  runsBefore,
  runsOfCommit,
  runsOfSponsor,
} from './store.ts'

export interface RunsDeps {
  readonly ledger: Ledger
  readonly vault: Vault
  readonly reader: Reader<RunTables>
  readonly clock: Clock
  readonly ids: Ids
  /** Where this server records from: on its own, or inside the `custody run` that will end with it. */
  readonly recorder: 'server' | 'embedded'
  /** Given where other servers record in the same database. */
  readonly shared?: SharedRuns
  /** Called when a run has ended and its last event is durable. */
  readonly onEnded?: (run: Id<'run'>) => Promise<void>
}

export interface Opening {
  readonly sponsor: Id<'per'>
  readonly agent: Id<'agt'>
  readonly workflow: string
  readonly policy: string
  readonly policyDigest: string
  readonly task: Uint8Array
  readonly agentKind: string
  readonly repositories: number
  /** How long its parts are kept, counted from now; absent: until a person erases them. */
  readonly retentionMs?: number
}

/** One fact about a run, with the bodies that belong to it. */
export interface Observation {
  readonly kind: EventKind
  readonly actor: Actor
  readonly data: EventData
  readonly bodies?: Readonly<Record<string, Body>>
}

export interface Closing {
  readonly exitCode: number
  readonly durationMs: number
  readonly signal?: string
}

/** Why a run ends without its wrapper: that is gone, or the run may not go on. */
export type AbandonReason = 'recorder-silent' | 'recorder-ended' | 'sponsor-inactive' | 'stopped'

/**
 * The runs of this server: opened, recorded and closed. Whatever is recorded is durable when the promise resolves;
 * when it rejects nothing of it is stored and the caller must not go on as if it were.
 */
export class Runs {
  readonly #deps: RunsDeps
  readonly #open = new Map<string, OpenRun>()
  readonly #takingUp = new Map<string, Promise<OpenRun | undefined>>()

  constructor(deps: RunsDeps) {
    this.#deps = deps
  }

  /** Opens a run; `writes` (its token, for instance) are durable with its first event. */
  async open(id: Id<'run'>, opening: Opening, writes: readonly Write[]): Promise<OpenRun> {
    const { ledger, vault, ids, clock, recorder } = this.#deps
    const { sponsor, agent, workflow, policyDigest, agentKind, repositories, retentionMs } = opening
    const event = ids('evt')
    const at = timestamp(clock.now())
    const kept = retentionMs === undefined ? {} : { retentionMs }
    const key = await vault.keyFor({ since: at, ...kept })
    const data = { sponsor, workflow, policyDigest, agent, agentKind, repositories, recorder, ...kept }
    const bodies = {
      task: { type: 'text/plain', body: opening.task },
      policy: { type: 'application/yaml', body: Buffer.from(opening.policy) },
    }
    const sealed = await vault.seal({ event, run: id, key }, bodies)
    const draft: EventDraft = {
      id: event,
      kind: 'run.opened',
      at,
      actor: sponsor,
      run: id,
      data,
      parts: sealed.parts,
    }
    const heard = this.#deps.shared === undefined ? [] : [this.#deps.shared.opened(id)]
    await ledger.append(draft, [...sealed.writes, ...heard, ...writes])
    return this.#remember({ id, sponsor, agent, workflow, key, openedAtMs: Date.parse(at) })
  }

  /** The run, when it is open: on this server, or taken over from another one that records in the same database. */
  async find(id: string): Promise<OpenRun | undefined> {
    return this.#open.get(id) ?? (await this.#takeUp(id))
  }

  /** Records facts in order as one transaction; `run.closed` when the run has ended. */
  async record(run: OpenRun, observations: readonly Observation[]): Promise<void> {
    const drafts: EventDraft[] = []
    const writes: Write[] = []
    for (const observation of observations) {
      const sealed = await this.#draft(run, observation)
      drafts.push(sealed.draft)
      writes.push(...sealed.writes)
    }
    await this.#deps.ledger.appendAll(drafts, writes)
  }

  /** Notes that the run's recorder is alive. */
  heard(run: OpenRun): void {
    run.lastHeardMs = this.#deps.clock.monotonic()
  }

  /** Seals the run with its count and root. */
  async close(run: OpenRun, closing: Closing): Promise<void> {
    const { exitCode, durationMs, signal } = closing
    const data = { exitCode, durationMs, ...(signal === undefined ? {} : { signal }) }
    await this.#end(run, { kind: 'run.closed', actor: run.sponsor, data })
  }

  /** Seals a run whose recorder is gone; the reason is a code. */
  async abandon(run: OpenRun, reason: AbandonReason): Promise<void> {
    const durationMs = Math.max(0, this.#deps.clock.now() - run.openedAtMs)
    await this.#end(run, { kind: 'run.abandoned', actor: 'system', data: { reason, durationMs } })
  }

  /** Ends runs whose recorder has not been heard of for `silentMs`; returns how many. */
  async abandonSilent(silentMs: number): Promise<number> {
    const silent = await this.#silent(silentMs)
    for (const run of silent) await this.#abandonOnce(run)
    return silent.length
  }

  /**
   * Takes up the runs that were open when the server stopped. When both it and this one are servers, a recorder may
   * come back, so the run gets the silent time again; otherwise the recorder ended with its server or cannot reach
   * this one.
   */
  async resume(): Promise<void> {
    // They may be those of other servers; when nobody hears of one any more, the next sweep ends it.
    if (this.#deps.shared !== undefined) return
    for (const row of await openRuns(this.#deps.reader)) {
      const run = await this.#rememberRow(row)
      const mayBeAlive = row.recorder === 'server' && this.#deps.recorder === 'server'
      if (!mayBeAlive) await this.abandon(run, 'recorder-ended')
    }
  }

  /** The run's row, open or ended; `run.unknown` otherwise. */
  async row(id: string): Promise<RunRow> {
    const row = await runById(this.#deps.reader, id)
    if (row !== undefined) return row
    throw runFailures.create('unknown', `There is no run ${id}; "custody runs" lists them.`)
  }

  /** The runs that made this commit (its full id, or at least 7 digits of it). */
  ofCommit(sha: string): Promise<string[]> {
    return runsOfCommit(this.#deps.reader, sha.toLowerCase())
  }

  /** The runs that are open, on whichever server, oldest first. */
  openRows(): Promise<RunRow[]> {
    return openRuns(this.#deps.reader)
  }

  /** Every run this person answers for, oldest first. */
  sponsoredBy(person: string): Promise<RunRow[]> {
    return runsOfSponsor(this.#deps.reader, person)
  }

  async hasRunsOf(workflow: string): Promise<boolean> {
    return (await anyRunOfWorkflow(this.#deps.reader, workflow)) !== undefined
  }

  /** Newest first. */
  list(before: string | undefined, limit: number): Promise<RunRow[]> {
    return runsBefore(this.#deps.reader, before, limit)
  }

  get openCount(): number {
    return this.#open.size
  }

  async #silent(silentMs: number): Promise<OpenRun[]> {
    const { shared, clock } = this.#deps
    if (shared === undefined) {
      const since = clock.monotonic() - silentMs
      return [...this.#open.values()].filter((run) => run.lastHeardMs < since)
    }
    await shared.note(this.#open.values(), silentMs)
    const found = await Promise.all((await shared.silent(silentMs)).map((id) => this.find(id)))
    return found.filter((run) => run !== undefined)
  }

  /** Another server may have ended it at the same moment. */
  async #abandonOnce(run: OpenRun): Promise<void> {
    try {
      await this.abandon(run, 'recorder-silent')
    } catch (error) {
      if (this.#deps.shared === undefined || !isFailure(error, 'ledger.run-sealed')) throw error
      this.#forget(run.id)
    }
  }

  /** A run that another server opened, once however many calls ask for it at the same time. */
  async #takeUp(id: string): Promise<OpenRun | undefined> {
    const { shared, reader } = this.#deps
    if (shared === undefined) return undefined
    const waiting = this.#takingUp.get(id)
    if (waiting !== undefined) return waiting
    const takingUp = runById(reader, id).then((row) =>
      row?.status === 'open' ? this.#rememberRow(row, shared) : undefined,
    )
    this.#takingUp.set(id, takingUp)
    try {
      return await takingUp
    } finally {
      this.#takingUp.delete(id)
    }
  }

  async #rememberRow(row: RunRow, shared?: SharedRuns): Promise<OpenRun> {
    const firstPiece = await shared?.take(row.id)
    const run = {
      id: row.id as Id<'run'>,
      sponsor: row.sponsor as Id<'per'>,
      agent: row.agent as Id<'agt'>,
      workflow: row.workflow,
      key: await this.#deps.vault.keyFor(keepingOf(row)),
      openedAtMs: Date.parse(row.opened_at),
    }
    return this.#remember(run, firstPiece)
  }

  #forget(id: string): void {
    this.#open.delete(id)
    this.#deps.shared?.forget(id)
  }

  async #end(run: OpenRun, observation: Observation): Promise<void> {
    await this.record(run, [observation])
    this.#forget(run.id)
    await this.#deps.onEnded?.(run.id)
  }

  async #draft(
    run: OpenRun,
    observation: Observation,
  ): Promise<{ draft: EventDraft; writes: readonly Write[] }> {
    const { vault, ids, clock } = this.#deps
    const { kind, actor, data, bodies } = observation
    const id = ids('evt')
    const draft: EventDraft = { id, kind, at: timestamp(clock.now()), actor, run: run.id, data }
    if (bodies === undefined || Object.keys(bodies).length === 0) return { draft, writes: [] }
    const sealed = await vault.seal({ event: id, run: run.id, key: run.key }, bodies)
    return { draft: { ...draft, parts: sealed.parts }, writes: sealed.writes }
  }

  async #remember(run: Omit<OpenRun, 'pieces' | 'lastHeardMs'>, firstPiece?: number): Promise<OpenRun> {
    const pieces = await this.#deps.vault.piecesOf(run.id, firstPiece)
    const open: OpenRun = { ...run, pieces, lastHeardMs: this.#deps.clock.monotonic() }
    this.#open.set(run.id, open)
    return open
  }
}

function keepingOf({ opened_at: since, retention_ms }: RunRow): Keeping {
  return { since, ...(retention_ms === null ? {} : { retentionMs: retention_ms }) }
}
