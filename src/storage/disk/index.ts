import { constants } from 'node:fs'
import { type FileHandle, mkdir, open, opendir, rename, rm } from 'node:fs/promises'

/** The steps by which files become durable, one by one, so that a test can stand in for a disk that fails at any of them. */
export interface Disk {
  /** A regular file's content, or why there is none; never follows a link and never waits for a pipe. */
  read(
    path: string,
    maxBytes: number,
    /** Where the content may be put when it fits. */
    memory?: Uint8Array,
  ): Promise<Uint8Array | 'missing' | 'not-a-file' | 'too-large'>
  /** The last `maxBytes` of a file, and how long the whole of it is; nothing when there is none. */
  tail(path: string, maxBytes: number): Promise<{ readonly tail: Uint8Array; readonly length: number }>
  /** What is in a directory, one by one; nothing when there is none. */
  list(path: string): AsyncIterable<{ readonly name: string; readonly kind: 'file' | 'folder' | 'other' }>
  /** Writes a whole file and returns when its content is on disk. */
  write(path: string, bytes: Uint8Array): Promise<void>
  /** Adds to the end of a file, made if need be, and returns when that is on disk. */
  append(path: string, bytes: Uint8Array): Promise<void>
  /** Cuts a file to its first `length` bytes, durably. */
  truncate(path: string, length: number): Promise<void>
  rename(from: string, to: string): Promise<void>
  /** False when it is there already; its parent must exist. */
  makeDirectory(path: string): Promise<boolean>
  /** Returns when the names in the directory are on disk. */
  syncDirectory(path: string): Promise<void>
  /** Removes a file or a whole directory, or nothing. */
  remove(path: string): Promise<void>
}

/** The machine's own. Whole files are public and journals private; the data directory around them is closed to others. */
export const systemDisk: Disk = {
  read: readRegularFile,
  async tail(path, maxBytes) {
    const file = await open(path, 'r').catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return undefined
      throw error
    })
    if (file === undefined) return { tail: new Uint8Array(), length: 0 }
    await using _closing = file
    const { size } = await file.stat()
    const from = Math.max(0, size - maxBytes)
    return { tail: await readRange(file, from, Buffer.allocUnsafe(size - from)), length: size }
  },
  list: listDirectory,
  async write(path, bytes) {
    await using file = await open(path, 'w', 0o644)
    await file.writeFile(bytes)
    await file.datasync()
  },
  async append(path, bytes) {
    await using file = await open(path, 'a', 0o600)
    await file.writeFile(bytes)
    await file.sync()
  },
  async truncate(path, length) {
    await using file = await open(path, 'r+')
    await file.truncate(length)
    await file.sync()
  },
  rename,
  async makeDirectory(path) {
    try {
      await mkdir(path)
      return true
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false
      throw error
    }
  },
  async syncDirectory(path) {
    await using directory = await open(path, 'r')
    await directory.sync()
  },
  remove: (path) => rm(path, { recursive: true, force: true }),
}

/** True when a write failed for want of space and nothing else: it may be tried again once there is some. */
export function isOutOfSpace(error: unknown): boolean {
  const { code, syscall } = error as NodeJS.ErrnoException
  // After a failed sync nobody knows what is on disk, whatever the reason it gave.
  const synced = syscall === 'fsync' || syscall === 'fdatasync'
  return (code === 'ENOSPC' || code === 'EDQUOT') && !synced
}

const NO_WAITING_NO_LINKS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
const MISSING = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG']
const NOT_A_FILE = ['ELOOP', 'ENXIO']

async function readRegularFile(
  path: string,
  maxBytes: number,
  memory?: Uint8Array,
): ReturnType<Disk['read']> {
  let file: FileHandle
  try {
    file = await open(path, NO_WAITING_NO_LINKS)
  } catch (error) {
    if (MISSING.includes(codeOf(error))) return 'missing'
    if (NOT_A_FILE.includes(codeOf(error))) return 'not-a-file'
    throw error
  }
  try {
    const status = await file.stat()
    if (!status.isFile()) return 'not-a-file'
    if (status.size > maxBytes) return 'too-large'
    const fits = memory !== undefined && status.size <= memory.length
    return await readRange(file, 0, fits ? memory.subarray(0, status.size) : Buffer.allocUnsafe(status.size))
  } finally {
    await file.close()
  }
}

/** Fills `bytes` from the file, or as much of it as there is. */
async function readRange(file: FileHandle, from: number, bytes: Uint8Array): Promise<Uint8Array> {
  let length = 0
  while (length < bytes.length) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length, from + length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return bytes.subarray(0, length)
}

async function* listDirectory(path: string): ReturnType<Disk['list']> {
  const directory = await opendir(path).catch((error: unknown) => {
    if (MISSING.includes(codeOf(error))) return []
    throw error
  })
  for await (const entry of directory) {
    yield { name: entry.name, kind: entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : 'other' }
  }
}

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException).code)
}
