import type { Identity, Person } from '../governing/identity/index.ts'
import { findWorkflow, workflowNames } from '../governing/workflows/index.ts'
import { type Clock, type Ids, isFailure, timestamp } from '../kernel/index.ts'
import type { Ledger } from '../recording/ledger/index.ts'
import { type EventData, type EventKind, parseEvent, stringAt } from '../recording/record/index.ts'
import type { RunRow, Runs } from '../recording/runs/index.ts'

interface LeaversDeps {
  readonly ledger: Ledger
  readonly runs: Runs
  readonly identity: Identity
  readonly clock: Clock
  readonly ids: Ids
  /** Where the folder of workflows is. */
  readonly root: string
  report(error: unknown): void
}

/**
 * What follows when somebody leaves: the runs they sponsor are ended, the workflows they own are flagged, and both are
 * raised as exceptions. It looks at what is, not at what was said, so doing it again changes nothing and a server that
 * died in between goes on with it.
 */
export class Leavers {
  readonly #deps: LeaversDeps
  readonly #unsubscribe: () => void
  #running: Promise<void> = Promise.resolve()
  #waiting: Promise<void> | undefined

  constructor(deps: LeaversDeps) {
    this.#deps = deps
    this.#unsubscribe = deps.identity.changes.subscribe(() => void this.check())
  }

  /** Looks now; many at the same time are one. Never rejects. */
  check(): Promise<void> {
    this.#waiting ??= this.#running.then(() => {
      this.#waiting = undefined
      this.#running = this.#look().catch((error: unknown) => this.#deps.report(error))
      return this.#running
    })
    return this.#waiting
  }

  /** Resolves when what follows from every change so far is done. */
  async settled(): Promise<void> {
    await (this.#waiting ?? this.#running)
  }

  async close(): Promise<void> {
    this.#unsubscribe()
    await this.settled()
  }

  async #look(): Promise<void> {
    for (const row of await this.#deps.runs.openRows()) {
      if ((await this.#person(row.sponsor))?.active !== true) await this.#stop(row)
    }
    await this.#flagWorkflows()
  }

  async #stop({ id, sponsor }: RunRow): Promise<void> {
    const run = await this.#deps.runs.find(id)
    if (run === undefined) return
    try {
      await this.#deps.runs.abandon(run, 'sponsor-inactive')
    } catch (error) {
      // Its wrapper or another server ended it at the same moment.
      if (!isFailure(error, 'ledger.run-sealed')) throw error
      return
    }
    await this.#append('exception.raised', { cause: 'sponsor-inactive', run: id, person: sponsor })
  }

  async #flagWorkflows(): Promise<void> {
    const { root, identity } = this.#deps
    const flagged = await this.#flagged()
    for (const name of await workflowNames(root)) {
      const found = await findWorkflow(root, name)
      const owner = found.ok ? await identity.directory.byEmail(found.value.workflow.owner) : undefined
      if (owner === undefined || owner.active || flagged.has(`${name} ${owner.id}`)) continue
      const data = { workflow: name, person: owner.id }
      await this.#append('workflow.flagged', { ...data, reason: 'owner-inactive' })
      await this.#append('exception.raised', { ...data, cause: 'owner-inactive' })
    }
  }

  async #flagged(): Promise<ReadonlySet<string>> {
    const entries = await this.#deps.ledger.entriesOfKind('workflow.flagged')
    return new Set(
      entries.map(({ body }) => {
        const data = parseEvent(Buffer.from(body).toString())?.data
        return `${stringAt(data ?? {}, 'workflow')} ${stringAt(data ?? {}, 'person')}`
      }),
    )
  }

  #person(id: string): Promise<Person | undefined> {
    return this.#deps.identity.person(id)
  }

  async #append(kind: EventKind, data: EventData): Promise<void> {
    const { ledger, clock, ids } = this.#deps
    await ledger.append({ id: ids('evt'), kind, at: timestamp(clock.now()), actor: 'system', data })
  }
}
