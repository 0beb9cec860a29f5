import { createSecretKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { systemRandom } from '../../kernel/index.ts'
import { mintRunToken, readRunToken } from './run-token.ts'

const key = createSecretKey(Buffer.alloc(32, 1))
const otherKey = createSecretKey(Buffer.alloc(32, 2))
const run = 'run_01K9ZJ4T6Q8V0X2Y4A6C8E0G2J' as const
const token = mintRunToken(run, key, systemRandom)

describe('a run token', () => {
  it('names its run and is known by its key without a look-up [ID-3]', () => {
    expect(readRunToken(token, key)).toEqual({ state: 'signed', run })
  })

  it('is foreign under another key', () => {
    expect(readRunToken(token, otherKey)).toEqual({ state: 'forged' })
  })

  it('does not stand a change of any character', () => {
    for (let i = 'cst_run_'.length; i < token.length; i++) {
      const other = token[i] === 'A' ? 'B' : 'A'
      const changed = token.slice(0, i) + other + token.slice(i + 1)
      // The last character holds four bits that count.
      const isSame = readRunToken(changed, key).state === 'signed'
      expect([i, isSame && i < token.length - 1]).toEqual([i, false])
    }
  })

  it.each(['', 'cst_run_', 'cst_session_x', `${token}A`, token.slice(0, -1), `${token}\n`, ` ${token}`])(
    'is not %j',
    (text) => {
      expect(readRunToken(text, key)).toEqual({ state: 'malformed' })
    },
  )

  it('cannot be moved to another run', () => {
    const moved = token.replace('01K9ZJ4T6Q', '01K9ZJ4T6R')
    expect(readRunToken(moved, key)).toEqual({ state: 'forged' })
  })
})
