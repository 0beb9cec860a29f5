import { TILE_WIDTH } from './tile-layout.ts'

const LENGTH_BYTES = 2
const MAX_ENTRY_BYTES = 65_535

/** No bundle is larger. */
export const MAX_BUNDLE_BYTES = TILE_WIDTH * (LENGTH_BYTES + MAX_ENTRY_BYTES)

/** Entries as the bytes of their bundle: each after its length in two bytes, big end first. */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(entries.reduce((sum, entry) => sum + LENGTH_BYTES + entry.length, 0))
  let offset = 0
  for (const entry of entries) {
    if (entry.length > MAX_ENTRY_BYTES) throw new RangeError('An entry has at most 65,535 bytes.')
    bytes[offset] = entry.length >> 8
    bytes[offset + 1] = entry.length & 255
    bytes.set(entry, offset + LENGTH_BYTES)
    offset += LENGTH_BYTES + entry.length
  }
  return bytes
}

/** The `width` entries of a bundle (views of its bytes); undefined when it does not hold exactly so many. */
export function decodeBundle(bytes: Uint8Array, width: number): Uint8Array[] | undefined {
  const read = readEntries(bytes, width)
  return read?.end === bytes.length ? read.entries : undefined
}

/** The bytes of the first `width` entries of a bundle; undefined when there are fewer. */
export function bundleHead(bytes: Uint8Array, width: number): Uint8Array | undefined {
  const read = readEntries(bytes, width)
  return read && bytes.subarray(0, read.end)
}

function readEntries(
  bytes: Uint8Array,
  width: number,
): { readonly entries: Uint8Array[]; readonly end: number } | undefined {
  const entries: Uint8Array[] = []
  let offset = 0
  while (entries.length < width) {
    const [high, low] = [bytes[offset], bytes[offset + 1]]
    if (high === undefined || low === undefined) return undefined
    const start = offset + LENGTH_BYTES
    offset = start + high * 256 + low
    if (offset > bytes.length) return undefined
    entries.push(bytes.subarray(start, offset))
  }
  return { entries, end: offset }
}
