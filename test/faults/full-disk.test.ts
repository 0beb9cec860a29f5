import { beforeAll, describe, expect, it } from 'vitest'
import { onSmallDisk } from './small-disk.ts'

describe('a disk that is full', () => {
  let seen: Awaited<ReturnType<typeof onSmallDisk>>

  beforeAll(async () => {
    seen = await onSmallDisk()
  }, 120_000)

  it('lets calls through while there is room', () => {
    expect(seen.passed).toBeGreaterThan(0)
  })

  it('refuses calls with 503 and sends nothing [REC-9]', () => {
    expect([seen.refusal.status, seen.refusal.sent]).toEqual([503, 0])
    expect(JSON.parse(seen.refusal.body)).toMatchObject({
      type: 'error',
      error: { type: 'overloaded_error' },
    })
    expect(seen.refusal.body).toContain('gateway.not-recorded')
  })

  it('answers a large observation with the reason, not with a defect', () => {
    expect(seen.observation).toMatch(seen.disk === 'mounted' ? /^server\.disk-full$/ : /./)
  })

  it('says why in the log', () => {
    expect(seen.reported.join('\n')).toMatch(/ledger\.(disk-full|stopped)|ENOSPC|EFBIG/)
  })

  it('goes on when there is room again', () => {
    // Where only the size of files is limited, a write fails for good and the server wants a restart.
    expect(seen.disk === 'mounted' ? seen.freed : 200).toBe(200)
    expect(seen.restarted?.call).toBe(200)
  })

  it('has every acknowledged entry at its index afterwards [REC-12]', () => {
    expect(seen.restarted?.entries.slice(0, seen.acknowledged.length)).toEqual(seen.acknowledged)
    expect(seen.restarted?.checkpointHolds).toBe(true)
  })

  it('closes the run with a record that verifies [REC-12]', () => {
    expect([seen.restarted?.closed, seen.restarted?.bundleOk]).toEqual([200, true])
  })
})
