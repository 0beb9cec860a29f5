import { createSecretKey, type KeyObject } from 'node:crypto'
import { type Clock, hmacSha256, type Id, type Ids, isFailure, timestamp } from '../../kernel/index.ts'
import type { Reader, Write } from '../../storage/index.ts'
import type { PartCommitment } from '../record/index.ts'
import { checkParts, type EntrySource, type PartsCheck } from './check-parts.ts'
import { vaultFailures } from './failures.ts'
import type { Keeping } from './keeping.ts'
import type { VaultKey } from './key.ts'
import type { OpenedPart } from './opened-part.ts'
import { openPart, wholeBody } from './opening.ts'
import { PartFiles } from './part-files.ts'
import { isPieceName, Pieces } from './pieces.ts'
import { type SealedColumns, type SealingPlace, sealPassing, sealWhole } from './sealing.ts'
import {
  forgetFile,
  insertPart,
  type NewPart,
  type PartName,
  type PartRow,
  partByName,
  partFiles,
  partsOfEvents,
  piecesOfRun,
  type VaultTables,
} from './store.ts'
import { type WrapKey, WrapKeys } from './wrap-keys.ts'

/** A body to keep: prompt, tool output, file, patch. */
export interface Body {
  readonly type: string
  readonly body: Uint8Array
}

/** A body that is too large to be held: it is read once, as it comes. */
export interface PassingBody {
  readonly type: string
  readonly body: AsyncIterable<Uint8Array>
}

/** What keeping bodies comes to: commitments for the event, writes for the event's own transaction. */
export interface SealedParts {
  readonly parts: Readonly<Record<string, PartCommitment>>
  readonly writes: readonly Write[]
}

/** Whose parts they are, and the key they are kept under (`keyFor`); without one they are kept until erased. */
export interface PartsPlace {
  readonly event: Id<'evt'>
  readonly run?: string
  readonly key?: WrapKey
}

/** A body with what proves that it is the one its event commits to. */
export interface DisclosedPart {
  readonly event: string
  readonly name: string
  readonly type: string
  readonly body: Uint8Array
  readonly salt: Uint8Array
}

/** What became of a part: there, erased by an entry of the ledger, or an alarm. */
export type ExaminedPart =
  | ({ readonly state: 'disclosed' } & DisclosedPart)
  | (PartName & { readonly state: 'erased'; readonly entry: number })
  | (PartName & { readonly state: 'missing' | 'damaged' })

interface VaultDeps {
  readonly key: VaultKey
  readonly reader: Reader<VaultTables>
  /** Directory of the parts that are too large for the database. */
  readonly directory: string
  readonly clock: Clock
  readonly ids: Ids
  /** Runs writes durably, apart from any event. */
  write(writes: readonly Write[]): Promise<void>
}

/** Keeps bodies apart from the ledger: compressed, encrypted under a key each, committed to by their event. */
export class Vault {
  readonly #master: KeyObject
  readonly #deps: VaultDeps
  readonly #keys: WrapKeys
  readonly #files: PartFiles

  constructor(deps: VaultDeps) {
    this.#master = createSecretKey(deps.key)
    this.#deps = deps
    this.#files = new PartFiles(deps.directory)
    this.#keys = new WrapKeys({ ...deps, master: this.#master })
  }

  /** The key that parts of one retention class and month are wrapped by; durable when this returns. */
  keyFor(keeping: Keeping): Promise<WrapKey> {
    return this.#keys.forNew(keeping)
  }

  /**
   * Seals bodies as the parts of one event. Hand the writes to the append of that event: then the parts are durable
   * exactly when the event is. Files of large parts are durable when this returns; one whose append fails is an orphan
   * that no row names.
   */
  seal(place: PartsPlace, bodies: Readonly<Record<string, Body>>): Promise<SealedParts> {
    return this.#sealAll(place, Object.entries(bodies), sealWhole)
  }

  /** Seals a body that passes as a part of one event, holding little of it in memory; otherwise as `seal`. */
  sealStream(place: PartsPlace, name: string, body: PassingBody): Promise<SealedParts> {
    return this.#sealAll(place, [[name, body]], sealPassing)
  }

  /** The bodies of these events that were not erased, checked against their commitments (`vault.part-damaged`, `-missing`). */
  async disclose(events: readonly string[]): Promise<DisclosedPart[]> {
    const disclosed: DisclosedPart[] = []
    for await (const row of this.#rowsOf(events)) {
      if (row.erased_by === null) disclosed.push(await this.#disclosed(row))
    }
    return disclosed
  }

  /** The same, with what became of every part that has a row, erased and broken ones as well. */
  async examine(events: readonly string[]): Promise<ExaminedPart[]> {
    const examined: ExaminedPart[] = []
    for await (const row of this.#rowsOf(events)) examined.push(await this.#examined(row))
    return examined
  }

  /** One part for reading as a stream. Throws `vault.part-unknown`, `-erased` (which names the entry), `-missing`, `-damaged`. */
  async open(of: PartName): Promise<OpenedPart> {
    const row = await partByName(this.#deps.reader, of)
    if (row === undefined) throw unknown(of)
    if (row.erased_by !== null) {
      const message = `The part ${of.name} of ${of.event} was erased by entry ${row.erased_by}.`
      throw vaultFailures.create('part-erased', message)
    }
    return openPart({ keys: this.#keys, files: this.#files }, row)
  }

  /** Whose a part is, and which entry erased it if one did. Throws `vault.part-unknown`. */
  async standing(of: PartName): Promise<{ readonly run?: string; readonly erasedBy?: number }> {
    const row = await partByName(this.#deps.reader, of)
    if (row === undefined) throw unknown(of)
    const { run, erased_by: erasedBy } = row
    return { ...(run === null ? {} : { run }), ...(erasedBy === null ? {} : { erasedBy }) }
  }

  /** Which entry erased each of these parts; those still there, or never there, are absent. By `event/name`. */
  async erasuresOf(events: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const erased = new Map<string, number>()
    for await (const { event, name, erased_by } of this.#rowsOf(events)) {
      if (erased_by !== null) erased.set(`${event}/${name}`, erased_by)
    }
    return erased
  }

  /** The pieces of one run, with those it had before a restart; `first`: see `Pieces`. */
  async piecesOf(run: string, first?: number): Promise<Pieces> {
    const rows = await piecesOfRun(this.#deps.reader, run)
    const known = new Map(rows.map(({ digest, name }) => [hex(digest), name]))
    const digestOf = (body: Uint8Array) => hex(this.#digestOf(run, body))
    return new Pieces({ known, digestOf, ...(first === undefined ? {} : { first }) })
  }

  /**
   * Holds the parts of a page of entries against what is kept, in bounded memory. `deep`: reads each to its end; otherwise
   * only looks whether it is there.
   */
  check(
    entries: EntrySource,
    page: { readonly from: number; readonly limit: number; readonly deep?: boolean },
  ): Promise<PartsCheck> {
    const read = page.deep === true ? (row: PartRow) => this.#readThrough(row) : undefined
    return checkParts({ entries, files: this.#files, rowsOf: (events) => this.#rowsOf(events), read }, page)
  }

  /** Removes the files of erased parts, those of a process that died before it could as well; returns how many. */
  async removeErasedFiles(): Promise<number> {
    let removed = 0
    let after: PartName = { event: '', name: '' }
    for (;;) {
      const page = await partFiles(this.#deps.reader, { after, limit: FILES_AT_ONCE, of: 'erased' })
      const last = page.at(-1)
      if (last === undefined) return removed
      for (const { file } of page) await this.#files.remove(file)
      await this.#deps.write(page.map(({ file }) => forgetFile(file)))
      removed += page.length
      after = last
    }
  }

  /** To be called when a wrapping key is destroyed: it is not kept in memory either. */
  forgetKey(id: string): void {
    this.#keys.forget(id)
  }

  async #sealAll<Passed>(
    { event, run, key }: PartsPlace,
    bodies: readonly (readonly [string, { readonly type: string; readonly body: Passed }])[],
    seal: (at: SealingPlace, body: Passed) => Promise<SealedColumns>,
  ): Promise<SealedParts> {
    const parts: Record<string, PartCommitment> = {}
    const writes: Write[] = []
    const wrapKey = key ?? (await this.#keys.forNew({ since: timestamp(this.#deps.clock.now()) }))
    for (const [name, { type, body }] of bodies) {
      const at = { place: `${event}/${name}`, key: wrapKey, files: this.#files }
      const digest = body instanceof Uint8Array ? this.#pieceDigest(run, name, body) : null
      const row: NewPart = { event, name, run: run ?? null, digest, type, ...(await seal(at, body)) }
      parts[name] = { alg: 'hmac-sha256', commitment: hex(row.commitment), bytes: row.bytes, type }
      writes.push(insertPart(row))
    }
    return { parts, writes }
  }

  #pieceDigest(run: string | undefined, name: string, body: Uint8Array): Buffer | null {
    return run !== undefined && isPieceName(name) ? this.#digestOf(run, body) : null
  }

  /** Finds a body of the same run again; worthless without the vault key. */
  #digestOf(scope: string, body: Uint8Array): Buffer {
    return hmacSha256(this.#master, 'custody/piece/v1\0', scope, '\0', body)
  }

  async *#rowsOf(events: readonly string[]): AsyncGenerator<PartRow> {
    for (let from = 0; from < events.length; from += EVENTS_PER_QUERY) {
      yield* await partsOfEvents(this.#deps.reader, events.slice(from, from + EVENTS_PER_QUERY))
    }
  }

  async #readThrough(row: PartRow): Promise<void> {
    const { body } = await openPart({ keys: this.#keys, files: this.#files }, row)
    for await (const _ of body);
  }

  async #disclosed(row: PartRow): Promise<DisclosedPart> {
    const opened = await openPart({ keys: this.#keys, files: this.#files }, row)
    const { event, name, type, salt } = opened
    return { event, name, type, salt, body: await wholeBody(opened) }
  }

  async #examined(row: PartRow): Promise<ExaminedPart> {
    const { event, name, erased_by: entry } = row
    if (entry !== null) return { event, name, state: 'erased', entry }
    try {
      return { ...(await this.#disclosed(row)), state: 'disclosed' }
    } catch (error) {
      if (isFailure(error, 'vault.part-missing')) return { event, name, state: 'missing' }
      if (isFailure(error, 'vault.part-damaged')) return { event, name, state: 'damaged' }
      throw error
    }
  }
}

const EVENTS_PER_QUERY = 500
const FILES_AT_ONCE = 100

function unknown({ event, name }: PartName) {
  const what = JSON.stringify(`${event}/${name}`.slice(0, 120))
  return vaultFailures.create('part-unknown', `There is no part ${what}.`)
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
