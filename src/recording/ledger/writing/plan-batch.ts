import type { Write } from '../../../storage/index.ts'
import { isSealing, MAX_ENTRY_BYTES, type RecordedEvent } from '../../record/index.ts'
import type { Edge } from '../../verify/index.ts'
import { type AppendFailure, type Position, type Refusal, refusal, type UnitOutcome } from '../append.ts'
import { type GroupRoot, GrowingTree, merkle } from '../tree.ts'
import { addToData, endEvent } from './event-text.ts'
import type { PreparedEntry, PreparedEvent, PreparedUnit } from './prepared-unit.ts'
import { nextHead, type RunHead, runRootHex } from './run-head.ts'

/** A pure function from an event (and where it stands) to the rows derived from it. */
export type Projection = (event: RecordedEvent, index: number) => readonly Write[]

/** What is stored, as far as a batch touches it. */
export interface Known {
  readonly tree: Edge
  /** The batch's runs that have entries. */
  readonly runs: ReadonlyMap<string, RunHead>
  /** Where those of the batch's record ids stand that are stored already. */
  readonly positions: ReadonlyMap<string, Position>
}

export interface NewEntry {
  readonly index: number
  readonly recordId: string
  readonly run: string | undefined
  readonly seq: number | undefined
  /** Index of the entry before it in its run. */
  readonly previous: number | undefined
  readonly kind: string
  readonly body: Uint8Array
  readonly leafHash: Uint8Array
}

/** What one transaction has to store, and what each unit is answered when it has. */
export interface BatchPlan {
  readonly outcomes: readonly UnitOutcome[]
  readonly entries: readonly NewEntry[]
  readonly groups: readonly GroupRoot[]
  /** Of every run that grows. */
  readonly runs: readonly RunHead[]
  /** In order. */
  readonly writes: readonly Write[]
  readonly tree: Edge
}

/**
 * Gives each entry its index and its event's `seq`, makes the bytes, and runs the projections. Pure: nothing is stored,
 * and a unit that is refused leaves no trace in the plan.
 */
export function planBatch(
  units: readonly PreparedUnit[],
  known: Known,
  projections: readonly Projection[],
): BatchPlan {
  const batch = new GrowingBatch(known, projections)
  const outcomes = units.map((unit) => batch.add(unit))
  return { outcomes, ...batch.plan() }
}

/** True when there is nothing to store: every unit was refused, or is stored already. */
export function isEmptyPlan({ entries, writes }: BatchPlan): boolean {
  return entries.length === 0 && writes.length === 0
}

/** One unit while it is planned: taken over whole, or not at all. */
interface UnitPlan {
  readonly entries: NewEntry[]
  readonly events: Map<NewEntry, string>
  readonly runs: Map<string, RunHead>
  readonly positions: Map<string, Position>
}

class GrowingBatch {
  readonly #projections: readonly Projection[]
  readonly #tree: GrowingTree
  readonly #known: Known
  readonly #entries: NewEntry[] = []
  readonly #groups: GroupRoot[] = []
  readonly #runs = new Map<string, RunHead>()
  readonly #positions = new Map<string, Position>()
  readonly #writes: Write[] = []

  constructor(known: Known, projections: readonly Projection[]) {
    this.#known = known
    this.#tree = new GrowingTree(known.tree)
    this.#projections = projections
  }

  plan(): Omit<BatchPlan, 'outcomes'> {
    return {
      entries: this.#entries,
      groups: this.#groups,
      runs: [...this.#runs.values()],
      writes: this.#writes,
      tree: this.#tree.edge(),
    }
  }

  add(unit: PreparedUnit): UnitOutcome {
    const plan: UnitPlan = { entries: [], events: new Map(), runs: new Map(), positions: new Map() }
    const positions: Position[] = []
    for (const entry of unit.entries) {
      const position = this.#positionOf(entry.recordId) ?? this.#place(entry, plan)
      if ('failure' in position) return position
      positions.push(position)
    }
    // Sent again after a lost answer: its writes are stored with it.
    const isRepeated = unit.entries.length > 0 && plan.entries.length === 0
    if (!isRepeated) this.#writes.push(...unit.writes)
    this.#takeOver(plan)
    return { ok: true, positions }
  }

  #positionOf(recordId: string): Position | undefined {
    return this.#positions.get(recordId) ?? this.#known.positions.get(recordId)
  }

  #place(entry: PreparedEntry, plan: UnitPlan): Position | Refusal {
    if (plan.positions.has(entry.recordId)) return refusal('contradicts', 'the same id twice')
    const index = this.#tree.size + plan.entries.length
    const placed = 'bytes' in entry ? plainEntry(entry, index) : this.#placeEvent(entry, index, plan)
    if ('failure' in placed) return placed
    plan.entries.push(placed)
    const position = placed.seq === undefined ? { index } : { index, seq: placed.seq }
    plan.positions.set(entry.recordId, position)
    return position
  }

  #placeEvent(event: PreparedEvent, index: number, plan: UnitPlan): NewEntry | Refusal {
    const { recordId, kind, run, begun } = event
    const head = run === undefined ? undefined : this.#headOf(run, plan)
    const reason = run === undefined ? undefined : whyNot(kind, head)
    if (reason !== undefined) return refusal(reason, run ?? '')
    const text = completeText(begun, event, head)
    const placed = entryOf({ index, recordId, kind, body: Buffer.from(text) })
    if ('failure' in placed) return placed
    if (run === undefined) return this.#note(placed, text, plan)
    const { leafHash } = placed
    plan.runs.set(run, nextHead(head, { run, index, leafHash, seals: isSealing(kind) }))
    return this.#note({ ...placed, run, seq: head?.count ?? 0, previous: head?.last }, text, plan)
  }

  #note(entry: NewEntry, text: string, plan: UnitPlan): NewEntry {
    if (this.#projections.length > 0) plan.events.set(entry, text)
    return entry
  }

  #headOf(run: string, plan: UnitPlan): RunHead | undefined {
    return plan.runs.get(run) ?? this.#runs.get(run) ?? this.#known.runs.get(run)
  }

  #takeOver(plan: UnitPlan): void {
    for (const entry of plan.entries) {
      this.#entries.push(entry)
      this.#groups.push(...this.#tree.append(entry.leafHash))
    }
    for (const [run, head] of plan.runs) this.#runs.set(run, head)
    for (const [recordId, position] of plan.positions) this.#positions.set(recordId, position)
    for (const [{ index }, text] of plan.events) {
      const event = JSON.parse(text) as RecordedEvent
      for (const project of this.#projections) this.#writes.push(...project(event, index))
    }
  }
}

function whyNot(kind: string, head: RunHead | undefined): AppendFailure | undefined {
  if (head?.sealed) return 'run-sealed'
  return head === undefined && kind !== 'run.opened' ? 'run-unknown' : undefined
}

/** The sealing event itself carries the count of the events before it and the Merkle root over their entries. */
function completeText(begun: string, { kind, run }: PreparedEvent, head: RunHead | undefined): string {
  if (run === undefined) return endEvent(begun)
  const seq = head?.count ?? 0
  const known = isSealing(kind) ? addToData(begun, { count: seq, root: runRootHex(head) }) : begun
  return endEvent(known, { run, seq })
}

function plainEntry(
  { recordId, kind, bytes: body }: Extract<PreparedEntry, { bytes: unknown }>,
  index: number,
): NewEntry | Refusal {
  return entryOf({ index, recordId, kind, body })
}

function entryOf(made: Pick<NewEntry, 'index' | 'recordId' | 'kind' | 'body'>): NewEntry | Refusal {
  const { byteLength } = made.body
  if (byteLength > MAX_ENTRY_BYTES) return refusal('entry-too-large', `${byteLength} bytes`)
  const leafHash = merkle.leafHash(made.body)
  return { ...made, run: undefined, seq: undefined, previous: undefined, leafHash }
}
