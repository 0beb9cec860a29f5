import { createSecretKey, type KeyObject } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { equalBytes, hmacSha256, type Id, systemRandom } from '../../kernel/index.ts'
import { makePrivateDirectory, type Reader, type Write, writeDurably } from '../../storage/index.ts'
import type { PartCommitment } from '../record/index.ts'
import { vaultFailures } from './failures.ts'
import type { VaultKey } from './key.ts'
import { isPieceName, Pieces } from './pieces.ts'
import { commitTo, openBody, sealBody } from './seal.ts'
import { insertPart, type PartRow, partsOfEvents, piecesOfRun, type VaultTables } from './store.ts'

/** A body to keep: prompt, tool output, file, patch. */
export interface Body {
  readonly type: string
  readonly body: Uint8Array
}

/** What keeping bodies comes to: commitments for the event, writes for the event's own transaction. */
export interface SealedParts {
  readonly parts: Readonly<Record<string, PartCommitment>>
  readonly writes: readonly Write[]
}

/** A body with what proves that it is the one its event commits to. */
export interface DisclosedPart {
  readonly event: string
  readonly name: string
  readonly type: string
  readonly body: Uint8Array
  readonly salt: Uint8Array
}

interface VaultDeps {
  readonly key: VaultKey
  readonly reader: Reader<VaultTables>
  /** Directory of the parts that are too large for the database. */
  readonly directory: string
}

/** Up to this size a sealed part lives in the database, durable with its event by the same sync; larger ones are files. */
const MAX_INLINE_BYTES = 65_536

/** Keeps bodies apart from the ledger: compressed, encrypted under a key each, committed to by their event. */
export class Vault {
  readonly #key: KeyObject
  readonly #reader: Reader<VaultTables>
  readonly #directory: string

  constructor(deps: VaultDeps) {
    this.#key = createSecretKey(deps.key)
    this.#reader = deps.reader
    this.#directory = deps.directory
  }

  /**
   * Seals bodies as the parts of one event. Hand the writes to the append of that event: then the parts are durable
   * exactly when the event is. Files of large parts are durable when this returns; one whose append fails is an orphan
   * that no row names.
   */
  async seal(
    place: { readonly event: Id<'evt'>; readonly run?: string },
    bodies: Readonly<Record<string, Body>>,
  ): Promise<SealedParts> {
    const parts: Record<string, PartCommitment> = {}
    const writes: Write[] = []
    for (const [name, body] of Object.entries(bodies)) {
      const row = await this.#sealRow({ ...place, name }, body)
      parts[name] = {
        alg: 'hmac-sha256',
        commitment: hex(row.commitment),
        bytes: row.bytes,
        type: row.type,
      }
      writes.push(insertPart(row))
    }
    return { parts, writes }
  }

  /** The bodies of these events that are still there, checked against their commitments (`vault.part-damaged`). */
  async disclose(events: readonly string[]): Promise<DisclosedPart[]> {
    const disclosed: DisclosedPart[] = []
    for (let from = 0; from < events.length; from += EVENTS_PER_QUERY) {
      const rows = await partsOfEvents(this.#reader, events.slice(from, from + EVENTS_PER_QUERY))
      for (const row of rows) disclosed.push(await this.#open(row))
    }
    return disclosed
  }

  /** The pieces of one run, with those it had before a restart. */
  async piecesOf(run: string): Promise<Pieces> {
    const rows = await piecesOfRun(this.#reader, run)
    const known = new Map(rows.map(({ digest, name }) => [hex(digest), name]))
    return new Pieces({ known, digestOf: (body) => hex(this.#digestOf(run, body)) })
  }

  async #sealRow(
    place: { readonly event: Id<'evt'>; readonly name: string; readonly run?: string },
    { type, body }: Body,
  ): Promise<PartRow> {
    const { event, name, run } = place
    const { sealed, wrappedKey, salt } = sealBody(this.#key, `${event}/${name}`, body)
    const inline = sealed.byteLength <= MAX_INLINE_BYTES
    return {
      event,
      name,
      run: run ?? null,
      digest: run !== undefined && isPieceName(name) ? this.#digestOf(run, body) : null,
      type,
      bytes: body.byteLength,
      commitment: commitTo(body, salt),
      wrapped_key: wrappedKey,
      sealed: inline ? sealed : null,
      file: inline ? null : await this.#writeFile(sealed),
    }
  }

  /** Finds a body of the same run again; worthless without the vault key. */
  #digestOf(scope: string, body: Uint8Array): Buffer {
    return hmacSha256(this.#key, 'custody/piece/v1\0', scope, '\0', body)
  }

  /** The name is random: it must not tell whether two bodies are the same. */
  async #writeFile(sealed: Uint8Array): Promise<string> {
    const name = Buffer.from(systemRandom(16)).toString('hex')
    await makePrivateDirectory(this.#directory)
    await mkdir(join(this.#directory, name.slice(0, 2)), { recursive: true, mode: 0o700 })
    const file = join(name.slice(0, 2), name)
    await writeDurably(join(this.#directory, file), sealed)
    return file
  }

  async #open(row: PartRow): Promise<DisclosedPart> {
    const sealed = row.sealed ?? (await this.#readFile(row))
    const { body, salt } = this.#decrypt(row, sealed)
    if (!equalBytes(commitTo(body, salt), row.commitment)) throw damaged(row)
    return { event: row.event, name: row.name, type: row.type, body, salt }
  }

  #decrypt(row: PartRow, sealed: Uint8Array): { body: Buffer; salt: Buffer } {
    try {
      return openBody(this.#key, `${row.event}/${row.name}`, { sealed, wrappedKey: row.wrapped_key })
    } catch (cause) {
      throw damaged(row, cause)
    }
  }

  async #readFile(row: PartRow): Promise<Uint8Array> {
    try {
      return await readFile(join(this.#directory, row.file ?? ''))
    } catch (cause) {
      throw vaultFailures.create(
        'part-missing',
        `The part ${row.name} of ${row.event} is gone, and no erasure explains it.`,
        {
          cause,
        },
      )
    }
  }
}

const EVENTS_PER_QUERY = 500

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

function damaged(row: PartRow, cause?: unknown) {
  const message = `The part ${row.name} of ${row.event} is not what its event commits to.`
  return vaultFailures.create('part-damaged', message, { cause })
}
