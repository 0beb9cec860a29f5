import type { Projection } from '../recording/ledger/index.ts'
import { projectRetention } from '../recording/retention/index.ts'
import { projectRun } from '../recording/runs/index.ts'
import { projectVault } from '../recording/vault/index.ts'

/** Every module's rows that are derived from events. */
export const PROJECTIONS: readonly Projection[] = [projectRun, projectVault, projectRetention]

/** The tables whose every row comes from these: what a rebuild empties and fills again. */
export const PROJECTED_TABLES = [
  'runs',
  'run_commits',
  'run_records',
  'erasure_requests',
  'erasures',
  'deletion_records',
  'holds',
] as const
