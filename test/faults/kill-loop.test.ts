import { beforeAll, describe, expect, it } from 'vitest'
import { type KillLoopReport, killLoop } from './kill-loop.ts'

const ROUNDS = 5

describe('a server that is killed in the middle of its work, again and again', () => {
  let report: KillLoopReport

  beforeAll(async () => {
    report = await killLoop(ROUNDS)
  }, 120_000)

  it('had something to lose', () => {
    expect(report.answered).toBeGreaterThanOrEqual(ROUNDS)
    expect(report.checkpoints).toBeGreaterThan(0)
  })

  it('has every call that was answered in its record [REC-9]', () => {
    expect(report.lostCalls).toEqual([])
  })

  it('has every entry where it was [REC-12]', () => {
    expect(report.movedEntries).toEqual([])
  })

  it('is consistent with every checkpoint it handed out [REC-12]', () => {
    expect(report.brokenCheckpoints).toEqual([])
  })

  it('still closes the run with a bundle that verifies [REC-12]', () => {
    expect(report.bundleOk).toBe(true)
  })
})
