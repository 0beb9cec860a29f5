export { allEntries, attestRun } from './attest.ts'
export { runFailures } from './failures.ts'
export type { OpenRun } from './open-run.ts'
export { projectRun } from './projection.ts'
export { type Closing, type Observation, type Opening, Runs } from './runs.ts'
export { SharedRuns } from './shared-runs.ts'
export {
  hasKeptRuns,
  type Opened,
  type RunRow,
  type RunTables,
  recordOfRun,
  retentionsInUse,
  runsBefore,
  runsOpenedBefore,
  runsWithoutRecord,
} from './store.ts'
