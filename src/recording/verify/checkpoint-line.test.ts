import { describe, expect, it } from 'vitest'
import { readTlogVectors } from '../../../test/vectors/tlog.ts'
import { checkpointLine, findCheckpointLine } from './checkpoint-line.ts'

const { checkpoint_signed: signed, checkpoint_cosigned: cosigned } = readTlogVectors()
const line = checkpointLine(cosigned) ?? ''

describe('a checkpoint in one line', () => {
  it('holds the whole note', () => {
    expect(line).toMatch(
      /^custody-checkpoint ledger\.example\/v1 8 XcnaeacG\S+ ledger\.example\/v1=\S+ witness\S+$/,
    )
    expect(findCheckpointLine(line)).toBe(cosigned)
    expect(findCheckpointLine(checkpointLine(signed) ?? '')).toBe(signed)
  })

  it('is found in the log of a job, among other lines and after a time', () => {
    const log = `2026-11-21T12:00:00Z tests pass\n2026-11-21T12:00:01Z \u001b[2m${line}\u001b[0m\nbye\n`
    expect(findCheckpointLine(log)).toBe(cosigned)
  })

  it('is not found where it was cut or there is none', () => {
    for (const text of ['', 'custody-checkpoint', line.slice(0, 80), line.replace(' 8 ', ' 08 ')]) {
      expect(findCheckpointLine(text)).toBeUndefined()
    }
  })

  it('is not made of what is no checkpoint, or has more lines than it could hold', () => {
    expect(checkpointLine('hello\n')).toBeUndefined()
    expect(checkpointLine(signed.replace('=\n\n', '=\nextension\n\n'))).toBeUndefined()
  })
})
