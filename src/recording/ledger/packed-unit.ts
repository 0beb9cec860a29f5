import { canonicalJson } from '../../kernel/index.ts'
import { toSqlParameters, type Write } from '../../storage/index.ts'
import type { AppendUnit, PendingEntry } from './append.ts'

/**
 * A unit as it travels to the writer: one text and one block of bytes. Cloning the many small objects and buffers of a
 * unit instead costs more than everything the writer does with them.
 */
export interface PackedUnit {
  readonly text: string
  readonly bytes: Uint8Array
}

/** Throws when the unit holds what cannot be recorded (`canonical.unrepresentable`): it must not reach the writer. */
export function packUnit({ entries, writes }: AppendUnit): PackedUnit {
  const block = new Block()
  const packedEntries = entries.map((entry) => packEntry(entry, block)).join(',')
  const packedWrites = JSON.stringify(writes.map((write) => packWrite(write, block)))
  return { text: `{"entries":[${packedEntries}],"writes":${packedWrites}}`, bytes: block.bytes() }
}

export function unpackUnit({ text, bytes }: PackedUnit): AppendUnit {
  const { entries, writes } = JSON.parse(text) as {
    entries: readonly (Extract<PendingEntry, { type: 'event' }> | PackedRaw)[]
    writes: readonly PackedWrite[]
  }
  return {
    entries: entries.map((entry) =>
      entry.type === 'event' ? entry : { ...entry, bytes: sliceOf(bytes, entry.bytes) },
    ),
    writes: writes.map(([sql, ...parameters]) => ({
      sql,
      parameters: parameters.map((value) => (Array.isArray(value) ? sliceOf(bytes, value) : value)),
    })),
  }
}

/** Where some bytes lie in the block: from and to. */
type Slice = readonly [from: number, to: number]
type PackedRaw = Omit<Extract<PendingEntry, { type: 'raw' }>, 'bytes'> & { readonly bytes: Slice }
type PackedWrite = readonly [sql: string, ...parameters: unknown[]]

function packEntry(entry: PendingEntry, block: Block): string {
  if (entry.type === 'event') return `{"type":"event","draft":${canonicalJson(entry.draft)}}`
  return JSON.stringify({ ...entry, bytes: block.add(entry.bytes) })
}

function packWrite({ sql, parameters }: Write, block: Block): PackedWrite {
  const packed = toSqlParameters(parameters).map((value) =>
    value instanceof Uint8Array ? block.add(value) : value,
  )
  return [sql, ...packed]
}

function sliceOf(bytes: Uint8Array, [from, to]: readonly number[]): Uint8Array {
  return bytes.subarray(from, to)
}

class Block {
  readonly #chunks: Uint8Array[] = []
  #length = 0

  add(chunk: Uint8Array): Slice {
    const from = this.#length
    this.#chunks.push(chunk)
    this.#length += chunk.byteLength
    return [from, this.#length]
  }

  /** In memory of its own: a view of shared memory would be sent with everything around it. */
  bytes(): Uint8Array {
    const bytes = new Uint8Array(this.#length)
    let at = 0
    for (const chunk of this.#chunks) {
      bytes.set(chunk, at)
      at += chunk.byteLength
    }
    return bytes
  }
}
