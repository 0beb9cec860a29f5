import { type RunRow, type RunTables, runsBefore } from '../recording/runs/index.ts'
import { storedBytesOfRuns, type VaultTables } from '../recording/vault/index.ts'
import type { Reader } from '../storage/index.ts'

/** What the records of one workflow take. */
export interface WorkflowUsage {
  readonly workflow: string
  readonly runs: number
  /** Runs whose parts were erased. */
  readonly erasedRuns: number
  readonly parts: number
  /** What was recorded, before anything was left out that was there already or packed. */
  readonly rawBytes: number
  /** The bodies as events commit to them. */
  readonly partBytes: number
  /** What they take now. */
  readonly storedBytes: number
}

const RUNS_AT_ONCE = 200

/** Adds up every run, page by page, by workflow; the largest first. */
export async function usageByWorkflow(
  reader: Reader<RunTables & VaultTables>,
): Promise<readonly WorkflowUsage[]> {
  const sums = new Map<string, WorkflowUsage>()
  let before: string | undefined
  for (;;) {
    const page = await runsBefore(reader, before, RUNS_AT_ONCE)
    before = page.at(-1)?.id
    if (before === undefined) break
    const stored = await storedBytesOfRuns(
      reader,
      page.map(({ id }) => id),
    )
    for (const run of page) {
      sums.set(run.workflow, plus(sums.get(run.workflow), run, stored.get(run.id) ?? 0))
    }
  }
  return [...sums.values()].sort((a, b) => b.storedBytes - a.storedBytes)
}

function plus(sum: WorkflowUsage | undefined, run: RunRow, stored: number): WorkflowUsage {
  return {
    workflow: run.workflow,
    runs: (sum?.runs ?? 0) + 1,
    erasedRuns: (sum?.erasedRuns ?? 0) + (run.erased_by === null ? 0 : 1),
    parts: (sum?.parts ?? 0) + run.parts,
    rawBytes: (sum?.rawBytes ?? 0) + run.raw_bytes,
    partBytes: (sum?.partBytes ?? 0) + run.part_bytes,
    storedBytes: (sum?.storedBytes ?? 0) + stored,
  }
}
