import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { utf8 } from './encoding.ts'
import { writeZip } from './zip-layout.ts'
import { readZip } from './zip-reader.ts'

const files = new Map([
  ['a.txt', utf8('first')],
  ['b/c.bin', Uint8Array.of(0, 255, 0x50, 0x4b, 3, 4)],
  ['empty', new Uint8Array()],
])

function isSound(bytes: Uint8Array): boolean {
  const zip = readZip(bytes)
  return zip.ok && zip.problems.length === 0
}

/** One more file under a name that `writeZip` is not asked to judge. */
function withName(name: string): Uint8Array {
  return writeZip(new Map([[name, utf8('x')]]))
}

describe('a container', () => {
  it('gives back what was put in, sorted', () => {
    const zip = readZip(writeZip(files))
    expect(zip.ok && [...zip.files]).toEqual([...files])
    expect(isSound(writeZip(new Map([...files].reverse())))).toBe(true)
  })

  it('is the same bytes for the same files', () => {
    expect(writeZip(new Map([...files].reverse()))).toEqual(writeZip(files))
  })

  it('is not sound with any one bit changed [REC-12]', () => {
    const bytes = writeZip(files)
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      expect(isSound(bytes.with(bit >> 3, (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))))).toBe(false)
    }
  })

  it('is not sound when cut or gone on with', () => {
    const bytes = writeZip(files)
    for (let length = 0; length < bytes.length; length++)
      expect(isSound(bytes.subarray(0, length))).toBe(false)
    expect(isSound(Uint8Array.of(...bytes, 0))).toBe(false)
  })

  it('says which file was changed', () => {
    const bytes = writeZip(files)
    const at = bytes.indexOf(utf8('first')[0] ?? 0, 30)
    const zip = readZip(bytes.with(at, 0x46))
    expect(zip.ok && zip.problems).toEqual(['a.txt was changed after it was packed.'])
  })

  it.each([
    '../escape',
    '/absolute',
    'a//b',
    'a/../b',
    'a/./b',
    'C:\\x',
    'a\\b',
    'sp ace',
    'ünicode',
    '',
    '.hidden',
  ])('is refused with the name %j', (name) => {
    expect(readZip(withName(name)).ok).toBe(false)
  })

  it('is refused with two files of one name', () => {
    const one = writeZip(new Map([['a', utf8('x')]]))
    const entry = one.subarray(0, 32)
    expect(readZip(Uint8Array.of(...entry, ...one)).ok).toBe(false)
  })

  it('is never more than refused, whatever the bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => !isSound(bytes)))
  })
})
