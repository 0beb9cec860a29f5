import { equal } from '../encoding.ts'
import { bundleHead, MAX_BUNDLE_BYTES } from './entry-bundle.ts'
import type { Listed, LogFiles } from './log-files.ts'
import { parseTilePath, standingOf, TILE_WIDTH, type Tile, tileLevels, tilePath } from './tile-layout.ts'
import { MAX_PROBLEMS } from './walk-entries.ts'

export interface StraySearch {
  /** Each names a file or folder that has no business under `tile/`, or a stale partial that is no prefix. */
  readonly problems: readonly string[]
  /** Tiles that a larger log has; legal while the log grows. At most `MAX_PROBLEMS` of them. */
  readonly newer: readonly Tile[]
}

/** Looks at every name under `tile/`. Only folders that a log can have are entered, and links never. */
export async function findStrayFiles(files: LogFiles, size: number): Promise<StraySearch> {
  const problems: string[] = []
  const newer: Tile[] = []
  const complain = (problem: string) => {
    if (problems.length < MAX_PROBLEMS) problems.push(problem)
  }
  for await (const path of filesBelow(files, '', complain)) {
    const tile = parseTilePath(path)
    const standing = tile && standingOf(tile, size)
    if (tile === undefined) complain(`${path} is not the name of a file of a log`)
    else if (standing === 'newer' && newer.length < MAX_PROBLEMS) newer.push(tile)
    else if (standing === 'stale' && !(await isPrefix(files, tile, size)))
      complain(`${path} is left from a smaller log and is not a prefix of what stands there today`)
  }
  return { problems, newer }
}

const LOG_FOLDER = /^tile(?:\/(?:entries|0|[1-9][0-9]?)(?:\/x[0-9]{3}){0,4}(?:\/[0-9]{3}\.p)?)?$/

async function* filesBelow(
  files: LogFiles,
  folder: string,
  complain: (problem: string) => void,
): AsyncGenerator<string> {
  for await (const { name, kind } of files.list(folder)) {
    // Beside `tile` and `checkpoint` a log's directory may hold what it likes.
    if (folder === '' && name !== 'tile') continue
    const path = folder === '' ? name : `${folder}/${name}`
    if (kind === 'folder' && LOG_FOLDER.test(path)) yield* filesBelow(files, path, complain)
    else if (kind === 'file' && folder !== '') yield path
    else complain(`${path} ${STRAY[kind]}`)
  }
}

const STRAY: Readonly<Record<Listed['kind'], string>> = {
  file: 'is a file, not a folder',
  folder: 'is not a folder of a log',
  other: 'is neither a file nor a folder',
}

/** Whether a partial tile of a smaller log is the beginning of today's. One that has gone meanwhile is none. */
async function isPrefix(files: LogFiles, tile: Tile, size: number): Promise<boolean> {
  const stale = await files.read(tilePath(tile), MAX_BUNDLE_BYTES)
  if (stale === 'missing') return true
  const current = await readCurrent(files, tile, size)
  if (typeof stale === 'string' || current === undefined) return false
  const head =
    tile.level === 'entries' ? bundleHead(current, tile.width) : current.subarray(0, tile.width * 32)
  return head !== undefined && equal(stale, head)
}

async function readCurrent(
  files: LogFiles,
  { level, number }: Tile,
  size: number,
): Promise<Uint8Array | undefined> {
  const { full, partial } = tileLevels(size)[level === 'entries' ? 0 : level] ?? { full: 0, partial: 0 }
  const widths = number < full ? [TILE_WIDTH] : [partial, TILE_WIDTH]
  for (const width of widths) {
    const bytes = await files.read(tilePath({ level, number, width }), MAX_BUNDLE_BYTES)
    if (typeof bytes !== 'string') return bytes
  }
  return undefined
}
