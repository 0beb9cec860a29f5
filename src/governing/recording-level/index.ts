export type { RecordingLevel } from './level.ts'
export { type PolicyVersion, RecordingLevels } from './recording-levels.ts'
export type { RecordingLevelTables } from './store.ts'
