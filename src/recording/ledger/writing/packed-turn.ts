import { toSqlParameters, type Write } from '../../../storage/index.ts'
import type { PreparedEntry, PreparedUnit } from './prepared-unit.ts'

/**
 * The units of one turn of the event loop as they travel to the writer's thread: three values, however many units.
 * Cloning their many small objects and buffers instead costs more than everything the writer does with them.
 */
export interface PackedTurn {
  /** How the units are made up, as JSON. */
  readonly layout: string
  /** The texts of all events, one after the other. */
  readonly text: string
  /** The bytes of all parameters and plain entries. */
  readonly bytes: Uint8Array
}

export function packTurn(units: readonly PreparedUnit[]): PackedTurn {
  const block = new Block()
  const statements = new Map<string, number>()
  let text = ''
  const packed = units.map(({ entries, writes }): PackedUnit => {
    const packedEntries = entries.map((entry): PackedEntry => {
      const { recordId, kind } = entry
      if ('bytes' in entry) return [recordId, kind, block.add(entry.bytes)]
      text += entry.begun
      return entry.run === undefined
        ? [recordId, kind, entry.begun.length]
        : [recordId, kind, entry.begun.length, entry.run]
    })
    return [packedEntries, writes.map((write) => packWrite(write, statements, block))]
  })
  const layout: Layout = { statements: [...statements.keys()], units: packed }
  return { layout: JSON.stringify(layout), text, bytes: block.bytes() }
}

export function unpackTurn({ layout, text, bytes }: PackedTurn): PreparedUnit[] {
  const { statements, units } = JSON.parse(layout) as Layout
  let at = 0
  const unpackEntry = ([recordId, kind, where, run]: PackedEntry): PreparedEntry => {
    if (typeof where !== 'number') return { recordId, kind, bytes: bytes.subarray(...where) }
    const begun = text.slice(at, at + where)
    at += where
    return { recordId, kind, run, begun }
  }
  return units.map(([entries, writes]) => ({
    entries: entries.map(unpackEntry),
    writes: writes.map(([statement, ...parameters]) => ({
      sql: statements[statement] ?? '',
      parameters: parameters.map((value) => (isSlice(value) ? bytes.subarray(...value) : value)),
    })),
  }))
}

interface Layout {
  readonly statements: readonly string[]
  readonly units: readonly PackedUnit[]
}

type PackedUnit = readonly [entries: readonly PackedEntry[], writes: readonly PackedWrite[]]
/** An event says how long its text is, a plain entry where its bytes lie. */
type PackedEntry = readonly [recordId: string, kind: string, where: number | Slice, run?: string]
type PackedWrite = readonly [statement: number, ...parameters: unknown[]]
/** Where some bytes lie in the block: from and to. */
type Slice = readonly [from: number, to: number]

/** Among parameters only bytes are arrays. */
function isSlice(value: unknown): value is Slice {
  return Array.isArray(value)
}

function packWrite({ sql, parameters }: Write, statements: Map<string, number>, block: Block): PackedWrite {
  const statement = statements.get(sql) ?? statements.size
  statements.set(sql, statement)
  const packed = toSqlParameters(parameters).map((value) =>
    value instanceof Uint8Array ? block.add(value) : value,
  )
  return [statement, ...packed]
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
