import { createHash } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import { lstat, open, readlink } from 'node:fs/promises'
import { sha256Hex } from '../kernel/index.ts'
import { pathText } from './path-name.ts'
import type { Repository } from './repository.ts'

export interface UntrackedFile {
  readonly path: string
  readonly bytes: number
  /** As git writes modes: 100644, 100755, 120000 for a link, 160000 for a repository inside this one. */
  readonly mode: string
  /** Of the content, or of a link's target; absent where it was not read: nested repository, unreadable, too much. */
  readonly sha256?: string
}

export interface UntrackedFiles {
  readonly files: readonly UntrackedFile[]
  /** How many there are, also when `files` names fewer. */
  readonly total: number
  /** Every one of them was read, repositories inside this one apart. */
  readonly isComplete: boolean
  /** The names whose content was read, ready to be taken into a tree. */
  readonly readable: readonly Buffer[]
  readonly readBytes: number
}

const NESTED = '160000'
const MAX_FILES = 10_000
const MAX_BYTES = 2 * 1024 ** 3
// A link put in a file's place must not lead elsewhere, and a pipe must not make us wait.
const CAREFULLY = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/** Digests untracked files: the first 10,000, and contents up to 2 GiB in all. A file that vanishes meanwhile is left out. */
export async function digestUntracked(
  repository: Repository,
  names: readonly Buffer[],
): Promise<UntrackedFiles> {
  const files: UntrackedFile[] = []
  const readable: Buffer[] = []
  let readBytes = 0
  for (const name of names.slice(0, MAX_FILES)) {
    const file = await describeFile(repository, name, MAX_BYTES - readBytes)
    if (file === undefined) continue
    files.push(file)
    if (file.sha256 === undefined) continue
    readable.push(name)
    readBytes += file.bytes
  }
  const isComplete =
    names.length <= MAX_FILES && files.every((file) => file.sha256 !== undefined || file.mode === NESTED)
  return { files, total: names.length, isComplete, readable, readBytes }
}

async function describeFile(
  repository: Repository,
  name: Buffer,
  maxBytes: number,
): Promise<UntrackedFile | undefined> {
  const path = pathText(name)
  const location = Buffer.concat([Buffer.from(`${repository.path}/`), name])
  const stats = await lstat(location).catch(() => undefined)
  if (stats === undefined) return undefined
  const described = { path, bytes: stats.isDirectory() ? 0 : stats.size, mode: modeOf(stats) }
  if (stats.isDirectory() || stats.size > maxBytes) return described
  const digest = await digestFile(location, stats).catch(() => undefined)
  return digest === undefined ? described : { ...described, ...digest }
}

function modeOf(stats: Stats): string {
  if (stats.isDirectory()) return NESTED
  if (stats.isSymbolicLink()) return '120000'
  return (stats.mode & 0o100) === 0 ? '100644' : '100755'
}

async function digestFile(location: Buffer, stats: Stats): Promise<{ sha256: string; bytes: number }> {
  if (stats.isSymbolicLink()) {
    const target = await readlink(location, 'buffer')
    return { sha256: sha256Hex(target), bytes: target.length }
  }
  const file = await open(location, CAREFULLY)
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of file.createReadStream() as AsyncIterable<Buffer>) {
    hash.update(chunk)
    bytes += chunk.length
  }
  return { sha256: hash.digest('hex'), bytes }
}
