import type { Position, Refusal, UnitOutcome } from '../append.ts'

/** The outcomes of a commit as they travel back from the writer's thread. */
export interface PackedOutcomes {
  /** Per unit how many entries it has, and for each its index and number in its run; or `REFUSED`. */
  readonly numbers: Float64Array
  /** In order, for the units that were refused. */
  readonly refusals: readonly Refusal[]
}

const REFUSED = -1
const OUTSIDE_RUNS = -1

export function packOutcomes(outcomes: readonly UnitOutcome[]): PackedOutcomes {
  const numbers: number[] = []
  const refusals: Refusal[] = []
  for (const outcome of outcomes) {
    if (!outcome.ok) {
      numbers.push(REFUSED)
      refusals.push(outcome)
      continue
    }
    numbers.push(outcome.positions.length)
    for (const { index, seq } of outcome.positions) numbers.push(index, seq ?? OUTSIDE_RUNS)
  }
  return { numbers: Float64Array.from(numbers), refusals }
}

export function unpackOutcomes({ numbers, refusals }: PackedOutcomes): UnitOutcome[] {
  const outcomes: UnitOutcome[] = []
  const refused = refusals[Symbol.iterator]()
  for (let at = 0; at < numbers.length; ) {
    const count = numbers[at] ?? 0
    at += 1
    if (count === REFUSED) {
      outcomes.push(refused.next().value as Refusal)
      continue
    }
    const positions = Array.from({ length: count }, (_, i) => positionAt(numbers, at + 2 * i))
    outcomes.push({ ok: true, positions })
    at += 2 * count
  }
  return outcomes
}

function positionAt(numbers: Float64Array, at: number): Position {
  const [index = 0, seq = OUTSIDE_RUNS] = [numbers[at], numbers[at + 1]]
  return seq === OUTSIDE_RUNS ? { index } : { index, seq }
}
