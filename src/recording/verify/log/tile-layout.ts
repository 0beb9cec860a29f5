/** Hashes in a full tile, and entries in a full bundle. */
export const TILE_WIDTH = 256

/** One file of a published log below `tile/`: hashes of one level, or the entries themselves. */
export interface Tile {
  readonly level: number | 'entries'
  readonly number: number
  /** How many hashes or entries it holds: 256, or fewer in a partial one. */
  readonly width: number
}

/** What a log of some size has at one level: so many full tiles, then a partial one unless `partial` is 0. */
export interface TileLevel {
  readonly level: number
  readonly full: number
  readonly partial: number
}

/** How a tile stands to a log of some size: part of it, a prefix it had when it was smaller, or not of this log yet. */
export type Standing = 'needed' | 'stale' | 'newer'

/** Where a tile lies in the log's directory (C2SP tlog-tiles): `tile/0/x001/000.p/7`. */
export function tilePath({ level, number, width }: Tile): string {
  return `tile/${level}/${groupsOf(number)}${width === TILE_WIDTH ? '' : `.p/${width}`}`
}

const TILE_PATH =
  /^tile\/(?<level>entries|0|[1-9][0-9]?)\/(?<number>(?:x[0-9]{3}\/){0,4}[0-9]{3})(?:\.p\/(?<width>[1-9][0-9]{0,2}))?$/
const MAX_LEVEL = 63

/** The tile at a path; undefined unless the path is spelled exactly as `tilePath` spells it. */
export function parseTilePath(path: string): Tile | undefined {
  const { level = '', number = '', width } = TILE_PATH.exec(path)?.groups ?? {}
  const tile: Tile = {
    level: level === 'entries' ? level : Number(level),
    number: Number(number.replaceAll(/[x/]/g, '')),
    width: width === undefined ? TILE_WIDTH : Number(width),
  }
  const exists = tile.width <= TILE_WIDTH && (tile.level === 'entries' || tile.level <= MAX_LEVEL)
  return exists && tilePath(tile) === path ? tile : undefined
}

/** The levels of hash tiles of a log; the entry bundles are counted as those of level 0. */
export function tileLevels(size: number): TileLevel[] {
  const levels: TileLevel[] = []
  for (let count = size; count > 0; count = Math.floor(count / TILE_WIDTH)) {
    levels.push({
      level: levels.length,
      full: Math.floor(count / TILE_WIDTH),
      partial: count % TILE_WIDTH,
    })
  }
  return levels
}

export function standingOf({ level, number, width }: Tile, size: number): Standing {
  const { full, partial } = tileLevels(size)[level === 'entries' ? 0 : level] ?? { full: 0, partial: 0 }
  if (number < full) return width === TILE_WIDTH ? 'needed' : 'stale'
  if (number > full || width > partial) return 'newer'
  return width === partial ? 'needed' : 'stale'
}

/** 1234067 is `x001/x234/067`: no folder holds more than a thousand numbers. */
function groupsOf(number: number): string {
  const digits = String(number)
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.{3}/g) ?? []
  return groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/')
}
