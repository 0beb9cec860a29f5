import { type Clock, type Ids, isFailure, timestamp } from '../../kernel/index.ts'
import type { Reader, Write } from '../../storage/index.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Actor, EventData, EventDraft } from '../record/index.ts'
import type { RunRow } from '../runs/index.ts'
import { keptParts, type VaultTables } from '../vault/index.ts'
import { coveredBy, held } from './covered-runs.ts'
import type { ErasureTarget } from './erasure-target.ts'
import { type Covered, forbidHeld, holdsCovering, type RetentionTables } from './store.ts'

/** By whom, why and with whose consent something is erased; what every one of its entries says. */
export interface ErasureGrounds {
  readonly actor: Actor
  readonly scope: string
  readonly subject: string
  readonly reason: string
  readonly consent: 'second-person' | 'only-person' | 'policy'
  readonly approver?: string
  /** The event by which it was asked for. */
  readonly request?: string
}

export interface ErasedUnits {
  /** Indexes of the entries that say so, in order. */
  readonly entries: readonly number[]
  readonly parts: number
  readonly bytes: number
}

interface EraseDeps {
  readonly ledger: Ledger
  readonly reader: Reader<VaultTables & RetentionTables>
  readonly clock: Clock
  readonly ids: Ids
}

/**
 * Erases as one or more entries, each small enough for the ledger and for one transaction; after a crash the rest is erased
 * by asking again. `extra` is written with the last. A hold that covers any of it refuses that entry (`retention.held`).
 */
export async function eraseInUnits(
  deps: EraseDeps,
  target: ErasureTarget,
  { grounds, extra = [] }: { readonly grounds: ErasureGrounds; readonly extra?: readonly Write[] },
): Promise<ErasedUnits> {
  const units = unitsOf(target)
  const erased = { entries: [] as number[], parts: 0, bytes: 0 }
  for (const [i, unit] of units.entries()) {
    const kept = await keptOf(deps.reader, unit)
    const draft = draftOf(deps, unit, { ...grounds, ...kept, step: i + 1, steps: units.length })
    const covered = coveredByUnit(unit)
    const writes = [forbidHeld(covered), ...(i === units.length - 1 ? extra : [])]
    const { index } = await refusingHeld(deps, covered, () => deps.ledger.append(draft, writes))
    erased.entries.push(index)
    erased.parts += kept.count
    erased.bytes += kept.bytes
  }
  return erased
}

type Unit = Pick<ErasureTarget, 'runs' | 'parts'>

/** So many runs fit well into an entry, and their parts are erased in a moment. */
const MAX_RUNS = 500
const MAX_PARTS = 10_000

function unitsOf({ runs, parts }: ErasureTarget): readonly Unit[] {
  const units: { runs: RunRow[]; parts: Unit['parts'] }[] = [{ runs: [], parts }]
  let room = MAX_PARTS
  for (const run of runs.filter(({ erased_by }) => erased_by === null)) {
    const last = units.at(-1)
    if (last === undefined || last.runs.length === MAX_RUNS || (run.parts > room && last.runs.length > 0)) {
      units.push({ runs: [run], parts: [] })
      room = MAX_PARTS
    } else last.runs.push(run)
    room -= run.parts
  }
  return units
}

function coveredByUnit({ runs, parts }: Unit): Covered {
  return coveredBy([...runs, ...parts.flatMap(({ of }) => of ?? [])])
}

async function keptOf(
  reader: EraseDeps['reader'],
  { runs, parts }: Unit,
): Promise<{ count: number; bytes: number }> {
  const ofRuns = runs.length === 0 ? NOTHING : await keptParts(reader, { runs: runs.map(({ id }) => id) })
  const single = parts.length === 0 ? NOTHING : await keptParts(reader, { parts })
  return { count: ofRuns.count + single.count, bytes: ofRuns.bytes + single.bytes }
}

const NOTHING = { count: 0, bytes: 0 }

function draftOf(
  { clock, ids }: EraseDeps,
  { runs, parts }: Unit,
  about: ErasureGrounds & EventData,
): EventDraft {
  const { actor, ...data } = about
  const named: Record<string, string[]> = {}
  for (const { event, name } of parts) named[event] = [...(named[event] ?? []), name]
  return {
    id: ids('evt'),
    kind: 'part.erased',
    at: timestamp(clock.now()),
    actor: actor,
    data: { ...data, runs: runs.map(({ id }) => id), parts: named },
  }
}

/** The ledger refuses a unit that a hold forbids as contradicting what is stored; which hold, the rows say. */
async function refusingHeld<Value>(
  { reader }: EraseDeps,
  covered: Covered,
  append: () => Promise<Value>,
): Promise<Value> {
  try {
    return await append()
  } catch (error) {
    const [hold] = isFailure(error, 'ledger.contradicts') ? await holdsCovering(reader, covered) : []
    throw hold === undefined ? error : held(hold)
  }
}
