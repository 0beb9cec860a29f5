import type { Blob, ChangedFile, Commit, CommitsMade, RepositoryState } from '../../git/index.ts'
import { canonicalJson } from '../../kernel/index.ts'
import type { EventData } from '../record/index.ts'
import { type KeptContents, keepContents, type RecordedContent } from './kept-contents.ts'
import { MAX_LISTED_ID_CHARACTERS } from './limits.ts'
import type { Observation, ObservedPart } from './observation.ts'
import { unexplainedFiles } from './unexplained-files.ts'

/** What git told about one repository over one run. */
export interface ChangeInput {
  /** Counts the run's repositories from 0. */
  readonly repository: number
  readonly before: RepositoryState
  readonly after: RepositoryState
  readonly commits: CommitsMade
  /** Which two trees `files` and `patch` compare: of the work tree, or of HEAD where a work tree could not be read. */
  readonly compared: 'work-trees' | 'commits'
  /** Files that differ between the two, committed or not. */
  readonly files: readonly ChangedFile[]
  /** Contents by blob id, as far as they were read. */
  readonly blobs: ReadonlyMap<string, Blob>
  /** From the tree before to the one after; absent when too large to keep. */
  readonly patch?: Buffer
  /** What the run's recorded tool calls were given; absent when the caller does not know. */
  readonly toolCallArguments?: readonly string[]
}

/**
 * What is recorded of a change: ids and counts in the event; commits, files, patch and contents in parts. The event's
 * lists of ids are cut (at 400 commits with SHA-1), `commitsTotal` counts all, the part `commits` names all that were read.
 */
export function describeChange(input: ChangeInput): Observation<'change.observed'> {
  const { before, after, commits, files, patch } = input
  const everyFile = [...files, ...commits.commits.flatMap((commit) => commit.files)]
  const contents = keepContents(everyFile, input.blobs)
  return {
    kind: 'change.observed',
    data: {
      repository: input.repository,
      ...(before.commit === undefined ? {} : { base: before.commit }),
      ...(after.commit === undefined ? {} : { head: after.commit }),
      ...(after.tree === undefined ? {} : { tree: after.tree }),
      ...(after.workTree === undefined ? {} : { workTree: after.workTree }),
      ...commitData(commits),
      compared: input.compared,
      files: files.length,
      dirty: after.changedTotal + after.untrackedTotal,
      ...(patch === undefined ? { patchKept: false } : { patchBytes: patch.length }),
      ...unexplainedData(input),
    },
    parts: [
      jsonPart(
        'commits',
        commits.commits.map((commit) => recordedCommit(commit, contents)),
      ),
      jsonPart(
        'files',
        files.map((file) => recordedFile(file, contents)),
      ),
      ...(patch === undefined || patch.length === 0
        ? []
        : [{ name: 'patch', type: 'text/x-diff', body: patch }]),
      ...contents.parts,
    ],
  }
}

function commitData(made: CommitsMade): EventData {
  const idLength = made.commits[0]?.sha.length ?? 1
  const listed = made.commits.slice(0, Math.floor(MAX_LISTED_ID_CHARACTERS / idLength))
  return {
    commits: listed.map((commit) => commit.sha),
    trees: listed.map((commit) => commit.tree),
    commitsTotal: made.total,
    rewritten: made.rewritten,
  }
}

function unexplainedData(input: ChangeInput): EventData {
  if (input.toolCallArguments === undefined) return {}
  const paths = input.files.map((file) => file.path)
  return { unexplained: unexplainedFiles(paths, input.toolCallArguments).length }
}

function recordedCommit(commit: Commit, contents: KeptContents): object {
  return { ...commit, files: commit.files.map((file) => recordedFile(file, contents)) }
}

interface RecordedFile {
  readonly path: string
  readonly status: string
  readonly pre?: RecordedContent
  readonly post?: RecordedContent
}

function recordedFile(file: ChangedFile, contents: KeptContents): RecordedFile {
  const pre = file.preBlob === undefined ? undefined : contents.describe(file.preBlob, file.preMode ?? '')
  const post = file.postBlob === undefined ? undefined : contents.describe(file.postBlob, file.postMode ?? '')
  return {
    path: file.path,
    status: file.status,
    ...(pre === undefined ? {} : { pre }),
    ...(post === undefined ? {} : { post }),
  }
}

function jsonPart(name: string, value: unknown): ObservedPart {
  return { name, type: 'application/json', body: Buffer.from(canonicalJson(value)) }
}
