import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readTlogVectors } from '../../../../test/vectors/tlog.ts'
import { parseTilePath, standingOf, type Tile, tileLevels, tilePath } from './tile-layout.ts'

/** `L0 N1000 W1` of the vectors. */
function tileNamed(name: string): Tile {
  const [, level = '', number, width] = /^(?:L)?(\S+) N(\d+) W(\d+)$/.exec(name) ?? []
  return { level: level === 'entries' ? level : Number(level), number: Number(number), width: Number(width) }
}

it.each(Object.entries(readTlogVectors().tile_paths))('writes %s as %s and reads it back', (name, path) => {
  expect(tilePath(tileNamed(name))).toBe(path)
  expect(parseTilePath(path)).toEqual(tileNamed(name))
})

it.each([
  'tile/0/0',
  'tile/0/0000',
  'tile/00/000',
  'tile/64/000',
  'tile/-1/000',
  'tile/0/x000/001',
  'tile/0/001/000',
  'tile/0/x1/000',
  'tile/0/000.p',
  'tile/0/000.p/0',
  'tile/0/000.p/01',
  'tile/0/000.p/256',
  'tile/0/000.p/8/',
  'tile/0/../0/000',
  'tile/0/000\n',
  'tile/data/000',
  'tile/0/x001/x001/x001/x001/x001/000',
  '/tile/0/000',
  `tile/0/${'x001/'.repeat(5000)}000`,
  '',
])('knows no tile at %j', (path) => {
  expect(parseTilePath(path)).toBeUndefined()
})

it('reads back every path it writes', () => {
  const level = fc.oneof(fc.constant('entries' as const), fc.integer({ min: 0, max: 63 }))
  const tile = fc.record({
    level,
    number: fc.integer({ min: 0, max: 1e12 }),
    width: fc.integer({ min: 1, max: 256 }),
  })
  fc.assert(
    fc.property(tile, (made) => {
      expect(parseTilePath(tilePath(made))).toEqual(made)
    }),
  )
})

it('needs the tiles that the format names for 70,000 entries', () => {
  expect(tileLevels(70_000)).toEqual([
    { level: 0, full: 273, partial: 112 },
    { level: 1, full: 1, partial: 17 },
    { level: 2, full: 0, partial: 1 },
  ])
})

it.each([
  ['tile/0/000', 'needed'],
  ['tile/0/000.p/3', 'stale'],
  ['tile/0/001.p/4', 'needed'],
  ['tile/0/001.p/3', 'stale'],
  ['tile/0/001.p/5', 'newer'],
  ['tile/0/001', 'newer'],
  ['tile/entries/001.p/4', 'needed'],
  ['tile/entries/002.p/1', 'newer'],
  ['tile/1/000.p/1', 'needed'],
  ['tile/1/000.p/2', 'newer'],
  ['tile/2/000.p/1', 'newer'],
] as const)('in a log of 260 entries %s is %s', (path, standing) => {
  expect(standingOf(parseTilePath(path) as Tile, 260)).toBe(standing)
})
