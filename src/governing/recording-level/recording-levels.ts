import { type Clock, canonicalJson, type Id, type Ids, sha256Hex, timestamp } from '../../kernel/index.ts'
import type { Ledger } from '../../recording/ledger/index.ts'
import type { Actor, EventData, EventKind } from '../../recording/record/index.ts'
import type { Reader, Write } from '../../storage/index.ts'
import { recordingLevelFailures } from './failures.ts'
import { isLower, type RecordingLevel } from './level.ts'
import {
  deleteRequests,
  insertRequest,
  type LevelRow,
  levelOf,
  type RecordingLevelTables,
  setLevel,
  whoAsked,
} from './store.ts'

/** One version of a workflow's policy, as far as it says what is recorded. */
export interface PolicyVersion {
  readonly workflow: string
  readonly digest: string
  readonly level: RecordingLevel
}

interface RecordingLevelsDeps {
  readonly ledger: Ledger
  readonly reader: Reader<RecordingLevelTables>
  readonly clock: Clock
  readonly ids: Ids
  /** Active persons other than this human. */
  othersThan(person: string): Promise<readonly string[]>
}

/**
 * Turning recording down takes two persons. A policy that records no less than the last one applies by itself; one that
 * records less applies when one person asked for it and another agreed, and both stand in the ledger.
 */
export class RecordingLevels {
  readonly #deps: RecordingLevelsDeps

  constructor(deps: RecordingLevelsDeps) {
    this.#deps = deps
  }

  /** Applies a version of a policy; that it is a new one is recorded. Throws `recording-level.lowered`. */
  async apply(version: PolicyVersion, actor: Actor): Promise<void> {
    const { workflow, digest, level } = version
    const row = await levelOf(this.#deps.reader, workflow)
    if (row?.policy_digest === digest) return
    if (row !== undefined && isLower(level, toLevel(row))) throw lowered(workflow)
    const data = { workflow, policyDigest: digest, ...changeOf(row, level) }
    await this.#record('workflow.applied', data, actor, [setLevel(toRow(version))])
  }

  /**
   * Asks that a version that records less may apply. Where there is nobody else who could agree it applies at once, and
   * the record says so. Throws `recording-level.not-lowered`.
   */
  async ask(version: PolicyVersion, person: Id<'per'>): Promise<{ readonly state: 'asked' | 'applied' }> {
    const { workflow, digest } = version
    const data = await this.#lowering(version)
    if ((await this.#deps.othersThan(person)).length === 0) {
      await this.#lower(version, { ...data, consent: 'only-person' }, person)
      return { state: 'applied' }
    }
    await this.#record('config.changed', { ...data, state: 'asked' }, person, [
      insertRequest({ workflow, policy_digest: digest, asked_by: person }),
    ])
    return { state: 'asked' }
  }

  /** Agrees to what another person asked for, and applies it. Throws `recording-level.*`. */
  async approve(version: PolicyVersion, person: Id<'per'>): Promise<void> {
    const data = await this.#lowering(version)
    const askedBy = await whoAsked(this.#deps.reader, version.workflow, version.digest)
    if (askedBy === undefined) {
      throw recordingLevelFailures.create(
        'not-asked',
        `Nobody asked that ${version.workflow} records less as its file is now.`,
      )
    }
    const others = await this.#deps.othersThan(askedBy)
    if (!others.includes(person)) {
      throw recordingLevelFailures.create('own-request', 'Another person than the one who asked must agree.')
    }
    await this.#lower(version, { ...data, consent: 'second-person', askedBy }, person)
  }

  async #lowering({ workflow, digest, level }: PolicyVersion): Promise<EventData> {
    const row = await levelOf(this.#deps.reader, workflow)
    if (row !== undefined && isLower(level, toLevel(row))) {
      return { what: 'recording', workflow, policyDigest: digest, ...changeOf(row, level) }
    }
    throw recordingLevelFailures.create('not-lowered', `${workflow} records no less than it did before.`)
  }

  #lower(version: PolicyVersion, data: EventData, person: Id<'per'>): Promise<void> {
    return this.#record('config.changed', { ...data, state: 'applied' }, person, [
      setLevel(toRow(version)),
      deleteRequests(version.workflow),
    ])
  }

  async #record(kind: EventKind, data: EventData, actor: Actor, writes: readonly Write[]): Promise<void> {
    const { ledger, clock, ids } = this.#deps
    await ledger.append({ id: ids('evt'), kind, at: timestamp(clock.now()), actor, data }, writes)
  }
}

function changeOf(before: LevelRow | undefined, after: RecordingLevel): EventData {
  const { parts, retentionMs } = after
  return {
    parts,
    ...(retentionMs === undefined ? {} : { retentionMs }),
    ...(before === undefined ? {} : { before: levelDigest(toLevel(before)) }),
    after: levelDigest(after),
  }
}

function levelDigest({ parts, retentionMs = -1 }: RecordingLevel): string {
  return sha256Hex(canonicalJson({ parts, retentionMs }))
}

function toLevel({ parts, retention_ms }: LevelRow): RecordingLevel {
  return {
    parts: parts === 'full' ? 'full' : 'commitments-only',
    ...(retention_ms === null ? {} : { retentionMs: retention_ms }),
  }
}

function toRow({ workflow, digest, level }: PolicyVersion): LevelRow {
  return { workflow, policy_digest: digest, parts: level.parts, retention_ms: level.retentionMs ?? null }
}

function lowered(workflow: string) {
  return recordingLevelFailures.create(
    'lowered',
    `The policy of ${workflow} records less than before, or keeps it shorter. One person has to ask for that ("custody workflow lower ${workflow}") and another to agree ("custody workflow lower ${workflow} --approve").`,
  )
}
