import { formatUsd } from '../governing/spend/index.ts'
import type { ExecutionRecord } from '../recording/record/index.ts'
import type { RunRow } from '../recording/runs/index.ts'
import { storedBytesOfRuns, type VaultTables } from '../recording/vault/index.ts'
import type { Services } from './composition.ts'
import { signedRecordOf } from './signed-record.ts'

/** One run in a list, and what `custody run --json` prints (DESIGN §8). */
export interface RunSummary {
  readonly run: string
  readonly sponsor: { readonly id: string; readonly name: string; readonly email: string }
  readonly workflow: string
  readonly agent: { readonly kind: string; readonly version?: string }
  readonly status: string
  readonly openedAt: string
  readonly closedAt?: string
  readonly exitCode?: number
  readonly durationMs?: number
  readonly modelCalls: number
  readonly refusedCalls: number
  readonly toolCalls: number
  readonly inputTokens: number
  readonly outputTokens: number
  /** Absent when no call had a known price. */
  readonly costUsd?: string
  readonly unpricedCalls: number
  /** What the run's record takes: as it was recorded, as events commit to it, and as it is kept. */
  readonly bytes: { readonly raw: number; readonly parts: number; readonly stored: number }
  /** Index of the entry that erased every part of the run. */
  readonly erasedBy?: number
  readonly changes: readonly RunChange[]
  readonly coverage?: ExecutionRecord['coverage']
}

export interface RunChange {
  readonly repository: number
  readonly base?: string
  readonly head?: string
  readonly commits: readonly string[]
  readonly files: number
  readonly dirty: number
}

/** Put together from the run's row and, once it has ended, its signed record. */
export async function runSummary(services: Services, row: RunRow): Promise<RunSummary> {
  const person = await services.identity.person(row.sponsor)
  const signed = await signedRecordOf(services, row.id)
  const stored = await storedBytesOfRuns(services.database.reader<VaultTables>(), [row.id])
  return {
    run: row.id,
    sponsor: { id: row.sponsor, name: person?.name ?? '(erased)', email: person?.email ?? '(erased)' },
    workflow: row.workflow,
    agent: { kind: row.agent_kind, ...present({ version: row.agent_version }) },
    status: row.status,
    openedAt: row.opened_at,
    ...present({ closedAt: row.closed_at, exitCode: row.exit_code, durationMs: row.duration_ms }),
    modelCalls: row.model_calls,
    refusedCalls: row.refused_calls,
    toolCalls: row.tool_calls,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    ...costOf(row),
    unpricedCalls: row.unpriced_calls,
    bytes: { raw: row.raw_bytes, parts: row.part_bytes, stored: stored.get(row.id) ?? 0 },
    ...present({ erasedBy: row.erased_by }),
    changes: (signed?.predicate.changes ?? []).map(({ repository, base, head, commits, files, dirty }) => ({
      repository,
      ...(base === undefined ? {} : { base }),
      ...(head === undefined ? {} : { head }),
      commits,
      files,
      dirty,
    })),
    ...(signed === undefined ? {} : { coverage: signed.predicate.coverage }),
  }
}

function costOf(row: RunRow): { costUsd?: string } {
  const nothingPriced = row.cost_nano_usd === 0 && row.unpriced_calls > 0
  return nothingPriced ? {} : { costUsd: formatUsd(row.cost_nano_usd).replace(/ USD$/, '') }
}

/** Drops the columns that are null. */
function present<Fields extends Record<string, string | number | null>>(
  fields: Fields,
): { [Name in keyof Fields]?: Exclude<Fields[Name], null> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) as {
    [Name in keyof Fields]?: Exclude<Fields[Name], null>
  }
}
