export { type Blob, type BlobLimits, readBlobs } from './blobs.ts'
export { type ChangedFile, type ChangeStatus, readChangedFiles } from './changed-files.ts'
export type { ClaimedPerson } from './commit-object.ts'
export { type Commit, type CommitsMade, type Reach, readCommits } from './commits.ts'
export type { Submodule } from './index-entries.ts'
export { readPatch } from './patch.ts'
export type { Head, Ref } from './refs.ts'
export {
  closeRepository,
  emptyTree,
  type OpenOptions,
  openRepository,
  type Repository,
  type RepositoryRefusal,
} from './repository.ts'
export type { Remote } from './repository-config.ts'
export { type RepositoryState, readState } from './repository-state.ts'
export type { UntrackedFile } from './untracked-files.ts'
