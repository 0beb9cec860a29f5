import { type Clock, type Id, type Ids, timestamp } from '../../kernel/index.ts'
import type { Reader, Write } from '../../storage/index.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Actor, EventData, EventDraft, EventKind } from '../record/index.ts'
import type { Body, Vault } from '../vault/index.ts'
import { runFailures } from './failures.ts'
import type { OpenRun } from './open-run.ts'
import { openRuns, type RunRow, type RunTables, runById, runsBefore, runsOfCommit } from './store.ts'

export interface RunsDeps {
  readonly ledger: Ledger
  readonly vault: Vault
  readonly reader: Reader<RunTables>
  readonly clock: Clock
  readonly ids: Ids
  /** Where this server records from: on its own, or inside the `custody run` that will end with it. */
  readonly recorder: 'server' | 'embedded'
  /** Called when a run has ended and its last event is durable. */
  readonly onEnded?: (run: Id<'run'>) => Promise<void>
}

export interface Opening {
  readonly sponsor: Id<'per'>
  readonly workflow: string
  readonly policy: string
  readonly policyDigest: string
  readonly task: Uint8Array
  readonly agentKind: string
  readonly repositories: number
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

/**
 * The runs of this server: opened, recorded and closed. Whatever is recorded is durable when the promise resolves;
 * when it rejects nothing of it is stored and the caller must not go on as if it were.
 */
export class Runs {
  readonly #deps: RunsDeps
  readonly #open = new Map<string, OpenRun>()

  constructor(deps: RunsDeps) {
    this.#deps = deps
  }

  /** Opens a run; `writes` (its token, for instance) are durable with its first event. */
  async open(id: Id<'run'>, opening: Opening, writes: readonly Write[]): Promise<OpenRun> {
    const { ledger, vault, ids, clock, recorder } = this.#deps
    const { sponsor, workflow, policyDigest, agentKind, repositories } = opening
    const agent = ids('agt')
    const event = ids('evt')
    const data = { sponsor, workflow, policyDigest, agent, agentKind, repositories, recorder }
    const bodies = {
      task: { type: 'text/plain', body: opening.task },
      policy: { type: 'application/yaml', body: Buffer.from(opening.policy) },
    }
    const sealed = await vault.seal({ event, run: id }, bodies)
    const at = timestamp(clock.now())
    const draft: EventDraft = {
      id: event,
      kind: 'run.opened',
      at,
      actor: sponsor,
      run: id,
      data,
      parts: sealed.parts,
    }
    await ledger.append(draft, [...sealed.writes, ...writes])
    return this.#remember({ id, sponsor, agent, workflow, openedAtMs: clock.now() })
  }

  /** The run, when it is open on this server. */
  find(id: string): OpenRun | undefined {
    return this.#open.get(id)
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
  async abandon(run: OpenRun, reason: 'recorder-silent' | 'recorder-ended'): Promise<void> {
    const durationMs = Math.max(0, this.#deps.clock.now() - run.openedAtMs)
    await this.#end(run, { kind: 'run.abandoned', actor: 'system', data: { reason, durationMs } })
  }

  /** Ends runs whose recorder has not been heard of for `silentMs`; returns how many. */
  async abandonSilent(silentMs: number): Promise<number> {
    const since = this.#deps.clock.monotonic() - silentMs
    const silent = [...this.#open.values()].filter((run) => run.lastHeardMs < since)
    for (const run of silent) await this.abandon(run, 'recorder-silent')
    return silent.length
  }

  /**
   * Takes up the runs that were open when the server stopped. When both it and this one are servers, a recorder may
   * come back, so the run gets the silent time again; otherwise the recorder ended with its server or cannot reach
   * this one.
   */
  async resume(): Promise<void> {
    for (const row of await openRuns(this.#deps.reader)) {
      const run = await this.#remember({
        id: row.id as Id<'run'>,
        sponsor: row.sponsor as Id<'per'>,
        agent: row.agent as Id<'agt'>,
        workflow: row.workflow,
        openedAtMs: Date.parse(row.opened_at),
      })
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

  /** Newest first. */
  list(before: string | undefined, limit: number): Promise<RunRow[]> {
    return runsBefore(this.#deps.reader, before, limit)
  }

  get openCount(): number {
    return this.#open.size
  }

  async #end(run: OpenRun, observation: Observation): Promise<void> {
    await this.record(run, [observation])
    this.#open.delete(run.id)
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
    const sealed = await vault.seal({ event: id, run: run.id }, bodies)
    return { draft: { ...draft, parts: sealed.parts }, writes: sealed.writes }
  }

  async #remember(run: Omit<OpenRun, 'pieces' | 'lastHeardMs'>): Promise<OpenRun> {
    const pieces = await this.#deps.vault.piecesOf(run.id)
    const open: OpenRun = { ...run, pieces, lastHeardMs: this.#deps.clock.monotonic() }
    this.#open.set(run.id, open)
    return open
  }
}
