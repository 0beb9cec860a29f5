import { utf8 } from './encoding.ts'

/** Name (ASCII, `/` between folders) to contents. */
export type Files = ReadonlyMap<string, Uint8Array>

const LOCAL_HEADER = 0x04034b50
const CENTRAL_HEADER = 0x02014b50
const END_OF_DIRECTORY = 0x06054b50
/** 1980-01-01 00:00, the first date a zip can hold: the bytes depend on the files alone. */
const DATE = 0x0021
/** A regular file, mode 0644, on Unix. */
const ATTRIBUTES = (0o100644 << 16) >>> 0
export const MAX_ZIP_FILES = 65_534
const MAX_ZIP_BYTES = 0xfffffffe

/** A stretch of the container and what it belongs to: a file's name, or `directory`. */
export interface ZipStretch {
  readonly of: string
  readonly bytes: Uint8Array
}

/**
 * The one way in which these files are laid out as a zip: stored, sorted by name, no Zip64, no time. Writing it gives
 * the container; comparing with it shows that no byte of a container is anything else.
 */
export function* zipLayout(files: Files): Generator<ZipStretch> {
  const directory: Uint8Array[] = []
  let offset = 0
  for (const name of [...files.keys()].sort()) {
    const contents = files.get(name) ?? new Uint8Array()
    const entry = { name: utf8(name), crc: crc32(contents), size: contents.length, offset }
    const header = localHeader(entry)
    yield { of: name, bytes: header }
    yield { of: name, bytes: contents }
    directory.push(centralHeader(entry))
    offset += header.length + contents.length
  }
  for (const bytes of directory) yield { of: 'directory', bytes }
  const size = directory.reduce((sum, bytes) => sum + bytes.length, 0)
  yield { of: 'directory', bytes: endOfDirectory(directory.length, size, offset) }
}

/** The container's bytes. Throws RangeError beyond what a zip without Zip64 holds. */
export function writeZip(files: Files): Uint8Array {
  const stretches = [...zipLayout(files)]
  const size = stretches.reduce((sum, { bytes }) => sum + bytes.length, 0)
  if (files.size > MAX_ZIP_FILES || size > MAX_ZIP_BYTES) {
    throw new RangeError(`${files.size} files of ${size} bytes do not fit into one zip.`)
  }
  const container = new Uint8Array(size)
  let offset = 0
  for (const { bytes } of stretches) {
    container.set(bytes, offset)
    offset += bytes.length
  }
  return container
}

interface Entry {
  readonly name: Uint8Array
  readonly crc: number
  readonly size: number
  readonly offset: number
}

function localHeader({ name, crc, size }: Entry): Uint8Array {
  const header = fields([
    [4, LOCAL_HEADER],
    ...commonFields(crc, size, name.length),
    [2, 0], // extra field
  ])
  return withName(header, name)
}

function centralHeader({ name, crc, size, offset }: Entry): Uint8Array {
  const header = fields([
    [4, CENTRAL_HEADER],
    [2, (3 << 8) | 20], // made on Unix
    ...commonFields(crc, size, name.length),
    [2, 0], // extra field
    [2, 0], // comment
    [2, 0], // disk
    [2, 0], // internal attributes
    [4, ATTRIBUTES],
    [4, offset],
  ])
  return withName(header, name)
}

function commonFields(crc: number, size: number, nameLength: number): readonly Field[] {
  return [
    [2, 20], // version needed
    [2, 0], // flags
    [2, 0], // stored
    [2, 0], // time
    [2, DATE],
    [4, crc],
    [4, size],
    [4, size],
    [2, nameLength],
  ]
}

function endOfDirectory(count: number, size: number, offset: number): Uint8Array {
  return fields([
    [4, END_OF_DIRECTORY],
    [2, 0],
    [2, 0],
    [2, count],
    [2, count],
    [4, size],
    [4, offset],
    [2, 0],
  ])
}

/** Width in bytes and value, little-endian. */
type Field = readonly [2 | 4, number]

function fields(list: readonly Field[]): Uint8Array {
  const bytes = new Uint8Array(list.reduce((sum, [width]) => sum + width, 0))
  const view = new DataView(bytes.buffer)
  let offset = 0
  for (const [width, value] of list) {
    if (width === 2) view.setUint16(offset, value, true)
    else view.setUint32(offset, value, true)
    offset += width
  }
  return bytes
}

function withName(header: Uint8Array, name: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(header.length + name.length)
  bytes.set(header)
  bytes.set(name, header.length)
  return bytes
}

const CRC_TABLE: Uint32Array = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value
})

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (let i = 0; i < bytes.length; i++) {
    crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ (bytes[i] ?? 0)) & 255] ?? 0)
  }
  return (crc ^ 0xffffffff) >>> 0
}
