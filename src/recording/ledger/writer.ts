import { canonicalJson } from '../../kernel/index.ts'
import type { Write } from '../../storage/index.ts'
import { type EventDraft, MAX_ENTRY_BYTES, type RecordedEvent, SEALING_KINDS } from '../record/index.ts'
import type { AppendFailure, AppendUnit, PendingEntry, Position, UnitOutcome } from './append.ts'
import { RunChain } from './run-chain.ts'
import type { EntryStore } from './store.ts'
import { GrowingTree, merkle } from './tree.ts'

/** A pure function from an event (and where it stands) to the rows derived from it. */
export type Projection = (event: RecordedEvent, index: number) => readonly Write[]

type Refusal = Extract<UnitOutcome, { ok: false }>

/** An entry whose bytes and place in its run are settled, or one that is stored already. */
type PreparedEntry =
  | { readonly stored: Position }
  | {
      readonly recordId: string
      readonly kind: string
      readonly body: Uint8Array
      readonly leafHash: Uint8Array
      readonly event?: RecordedEvent
    }

interface WriterDeps {
  readonly store: EntryStore
  readonly projections: readonly Projection[]
  /** Name of this server in every event it writes. */
  readonly node: string
}

/**
 * The only writer of a ledger. One call of `commit` is one transaction over many units; it gives each event its `seq`
 * and index, makes its canonical bytes, and runs the projections. After a failed transaction nothing of it is stored
 * and the in-memory state is what is on disk. A failed write or sync stops the writer for good: after one, the kernel
 * may have dropped pages, and going on could fork the log.
 */
export class EntryWriter {
  readonly #store: EntryStore
  readonly #projections: readonly Projection[]
  readonly #node: string
  readonly #runs = new Map<string, RunChain>()
  #tree: GrowingTree
  #stopped: string | undefined

  constructor(deps: WriterDeps) {
    this.#store = deps.store
    this.#projections = deps.projections
    this.#node = deps.node
    this.#tree = GrowingTree.load(deps.store)
  }

  get size(): number {
    return this.#tree.size
  }

  commit(units: readonly AppendUnit[]): UnitOutcome[] {
    if (this.#stopped !== undefined) return units.map(() => refusal('stopped', this.#stopped ?? ''))
    const outcomes = this.#commitTogether(units)
    // One unit that contradicts what is stored must not take the others of its group with it.
    const isGuiltyAmongOthers =
      units.length > 1 && outcomes.some((outcome) => !outcome.ok && outcome.failure === 'contradicts')
    return isGuiltyAmongOthers ? units.flatMap((unit) => this.#commitTogether([unit])) : outcomes
  }

  #commitTogether(units: readonly AppendUnit[]): UnitOutcome[] {
    if (this.#stopped !== undefined) return units.map(() => refusal('stopped', this.#stopped ?? ''))
    try {
      this.#store.begin()
      const outcomes = units.map((unit) => this.#write(unit))
      this.#store.commit()
      return outcomes
    } catch (error) {
      return this.#recover(error, units)
    }
  }

  #recover(error: unknown, units: readonly AppendUnit[]): UnitOutcome[] {
    const detail = error instanceof Error ? error.message : String(error)
    const failure = failureOf(error)
    try {
      this.#store.rollback()
      this.#runs.clear()
      this.#tree = GrowingTree.load(this.#store)
    } catch {
      this.#stopped = detail
    }
    if (failure === 'stopped') this.#stopped = detail
    return units.map(() => refusal(failure, detail))
  }

  /** Everything is made and checked before anything is written, so that a refused unit leaves no trace. */
  #write(unit: AppendUnit): UnitOutcome {
    const prepared: PreparedEntry[] = []
    for (const entry of unit.entries) {
      const next = this.#prepare(entry)
      if ('failure' in next) {
        this.#forgetChains(unit)
        return next
      }
      prepared.push(next)
    }
    // Sent again after a lost answer: its writes are stored with it.
    const isRepeated = prepared.length > 0 && prepared.every((entry) => 'stored' in entry)
    if (!isRepeated) for (const write of unit.writes) this.#store.execute(write)
    return { ok: true, positions: prepared.map((entry) => this.#insert(entry)) }
  }

  #prepare(entry: PendingEntry): PreparedEntry | Refusal {
    const recordId = entry.type === 'raw' ? entry.recordId : entry.draft.id
    const position = this.#store.positionOf(recordId)
    if (position !== undefined) return { stored: position }
    if (entry.type === 'event') return this.#prepareEvent(entry.draft)
    const { kind, bytes: body } = entry
    if (body.byteLength > MAX_ENTRY_BYTES) return refusal('entry-too-large', `${body.byteLength} bytes`)
    return { recordId, kind, body, leafHash: merkle.leafHash(body) }
  }

  #prepareEvent(draft: EventDraft): PreparedEntry | Refusal {
    const chain = draft.run === undefined ? undefined : this.#chain(draft.run)
    if (chain?.sealed) return refusal('run-sealed', draft.run ?? '')
    if (chain?.count === 0 && draft.kind !== 'run.opened') return refusal('run-unknown', draft.run ?? '')
    const event = completeEvent(draft, this.#node, chain)
    const body = Buffer.from(canonicalJson(event))
    if (body.byteLength > MAX_ENTRY_BYTES) return refusal('entry-too-large', `${body.byteLength} bytes`)
    const leafHash = merkle.leafHash(body)
    chain?.add(leafHash, isSealing(draft.kind))
    return { recordId: draft.id, kind: draft.kind, body, leafHash, event }
  }

  #insert(entry: PreparedEntry): Position {
    if ('stored' in entry) return entry.stored
    const { recordId, kind, body, leafHash, event } = entry
    const index = this.#tree.size
    this.#store.insertEntry({ index, recordId, run: event?.run, seq: event?.seq, kind, body, leafHash })
    for (const group of this.#tree.append(leafHash)) {
      this.#store.insertSubtree(group.level, group.number, group.hash)
    }
    if (event === undefined) return { index }
    for (const project of this.#projections) {
      for (const write of project(event, index)) this.#store.execute(write)
    }
    return event.seq === undefined ? { index } : { index, seq: event.seq }
  }

  /** The unit's chains hold events that were not written; they are read again from the entries when next needed. */
  #forgetChains(unit: AppendUnit): void {
    for (const entry of unit.entries) {
      if (entry.type === 'event' && entry.draft.run !== undefined) this.#runs.delete(entry.draft.run)
    }
  }

  #chain(run: string): RunChain {
    const known = this.#runs.get(run)
    if (known !== undefined) return known
    const { hashes, lastKind } = this.#store.leafHashesOfRun(run)
    const chain = new RunChain(hashes, lastKind !== undefined && isSealing(lastKind))
    this.#runs.set(run, chain)
    if (this.#runs.size > MAX_CHAINS) this.#runs.delete(this.#runs.keys().next().value ?? '')
    return chain
  }
}

/** Chains are a cache: an evicted one is read again from the entries. */
const MAX_CHAINS = 1000

/** The sealing event itself carries the count of the events before it and the Merkle root over their entries. */
function completeEvent(draft: EventDraft, node: string, chain: RunChain | undefined): RecordedEvent {
  const { id, kind, at, actor, run, parts } = draft
  const data =
    chain !== undefined && isSealing(kind)
      ? { ...draft.data, count: chain.count, root: chain.rootHex() }
      : draft.data
  return {
    v: 1,
    id,
    kind,
    at,
    actor,
    node,
    data,
    ...(run === undefined || chain === undefined ? {} : { run, seq: chain.count }),
    ...(parts === undefined ? {} : { parts }),
  }
}

function isSealing(kind: string): boolean {
  return (SEALING_KINDS as readonly string[]).includes(kind)
}

function refusal(failure: AppendFailure, detail: string): Refusal {
  return { ok: false, failure, detail }
}

/** By SQLite's primary result code. Whatever is not listed may have hurt the file, and the writer must not go on. */
const FAILURE_OF_SQLITE: Readonly<Record<number, AppendFailure>> = { 13: 'disk-full', 19: 'contradicts' }

function failureOf(error: unknown): AppendFailure {
  const code = (error as { errcode?: unknown }).errcode
  return (typeof code === 'number' ? FAILURE_OF_SQLITE[code & 0xff] : undefined) ?? 'stopped'
}
