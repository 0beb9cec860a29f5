import { equal, fromUtf8 } from './encoding.ts'
import { type Files, MAX_ZIP_FILES, zipLayout } from './zip-layout.ts'

export type ReadZip =
  | { readonly ok: true; readonly files: Files; readonly problems: readonly string[] }
  | { readonly ok: false; readonly problem: string }

const LOCAL_HEADER = 0x04034b50
const LOCAL_HEADER_BYTES = 30
const MAX_NAME_BYTES = 255
const MAX_CONTAINER_BYTES = 2 ** 30
/** Folders and file of plain characters; no `.`, `..`, empty or hidden segment, so nothing escapes when unpacked. */
const SAFE_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]*(\/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$/

/**
 * The files of a container that `writeZip` could have written; contents are views into `bytes`. Not readable: `ok` is
 * false. Readable, but not byte for byte what those files make: the problem names where it differs.
 */
export function readZip(bytes: Uint8Array): ReadZip {
  if (bytes.length > MAX_CONTAINER_BYTES) return { ok: false, problem: 'The file is larger than 1 GiB.' }
  const files = new Map<string, Uint8Array>()
  let offset = 0
  let last = ''
  while (isLocalHeader(bytes, offset)) {
    const entry = readEntry(bytes, offset)
    if (entry === undefined || entry.name <= last || files.size === MAX_ZIP_FILES) {
      return { ok: false, problem: `The zip entry at byte ${offset} is not one that a bundle can have.` }
    }
    files.set(entry.name, entry.contents)
    offset = entry.end
    last = entry.name
  }
  if (files.size === 0) return { ok: false, problem: 'The file is not a bundle.' }
  return { ok: true, files, problems: differences(bytes, files) }
}

function isLocalHeader(bytes: Uint8Array, offset: number): boolean {
  return (
    offset + LOCAL_HEADER_BYTES <= bytes.length && viewAt(bytes, offset).getUint32(0, true) === LOCAL_HEADER
  )
}

function readEntry(bytes: Uint8Array, offset: number) {
  const view = viewAt(bytes, offset)
  const size = view.getUint32(18, true)
  const nameLength = view.getUint16(26, true)
  const start = offset + LOCAL_HEADER_BYTES + nameLength
  const end = start + size
  if (nameLength > MAX_NAME_BYTES || end > bytes.length) return undefined
  const name = fromUtf8(bytes.subarray(start - nameLength, start))
  if (name === undefined || !SAFE_NAME.test(name)) return undefined
  return { name, contents: bytes.subarray(start, end), end }
}

/** Lays the files out again and compares: headers, checksums and directory leave no byte free. */
function differences(bytes: Uint8Array, files: Files): readonly string[] {
  let offset = 0
  for (const stretch of zipLayout(files)) {
    const end = offset + stretch.bytes.length
    if (end > bytes.length || !equal(bytes.subarray(offset, end), stretch.bytes)) {
      return [
        stretch.of === 'directory'
          ? 'The zip directory was changed.'
          : `${stretch.of} was changed after it was packed.`,
      ]
    }
    offset = end
  }
  return offset === bytes.length ? [] : ['The file goes on after the end of the zip.']
}

function viewAt(bytes: Uint8Array, offset: number): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset + offset, LOCAL_HEADER_BYTES)
}
