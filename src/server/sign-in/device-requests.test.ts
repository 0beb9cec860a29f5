import { beforeEach, describe, expect, it } from 'vitest'
import { systemRandom } from '../../kernel/index.ts'
import { DeviceRequests, type StartedRequest } from './device-requests.ts'

const ADA = { state: 'approved', person: 'per_ada' } as const

describe('a device that asks to be signed in', () => {
  let nowMs: number
  let devices: DeviceRequests
  let started: StartedRequest

  beforeEach(() => {
    nowMs = 1_000_000
    const clock = { now: () => nowMs, monotonic: () => nowMs }
    devices = new DeviceRequests({ clock, random: systemRandom })
    started = begin() as StartedRequest
  })

  const begin = (source = '192.0.2.1') => devices.begin({ device: 'custody on here', source })
  const poll = () => devices.poll(started.deviceCode).state

  it('gets a code that can be read out and typed', () => {
    expect(started.userCode).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/)
    const typed = ` ${started.userCode.toLowerCase().replace('-', ' ')}`
    expect(devices.find(typed)).toMatchObject({ userCode: started.userCode, source: '192.0.2.1' })
  })

  it('is told to wait, and to slow down when it asks too soon', () => {
    expect(poll()).toBe('pending')
    nowMs += 5_000
    expect(poll()).toBe('pending')
    nowMs += 4_999
    expect(poll()).toBe('slow-down')
    nowMs += 9_999
    expect(poll()).toBe('slow-down')
    nowMs += 15_000
    expect(poll()).toBe('pending')
  })

  it('is told a decision once', () => {
    expect(devices.decide(started.userCode, ADA)).toBe(true)
    expect(devices.poll(started.deviceCode)).toEqual(ADA)
    expect(poll()).toBe('unknown')
  })

  it('is told when it was denied, and a decision stands', () => {
    devices.decide(started.userCode, { state: 'denied' })
    expect(devices.decide(started.userCode, ADA)).toBe(false)
    expect(poll()).toBe('denied')
  })

  it('ends after ten minutes, decided or not', () => {
    nowMs += 10 * 60_000
    expect(devices.find(started.userCode)).toBeUndefined()
    expect(devices.decide(started.userCode, ADA)).toBe(false)
    expect(poll()).toBe('expired')
  })

  it('is unknown without its secret, which the code is not', () => {
    expect(devices.poll(started.userCode).state).toBe('unknown')
    expect(devices.poll('').state).toBe('unknown')
  })

  it('cannot fill the memory: few may wait from one address, and old ones are forgotten', () => {
    for (let count = 1; count < 20; count++) expect(begin()).toBeDefined()
    expect(begin()).toBeUndefined()
    expect(begin('192.0.2.2')).toBeDefined()
    nowMs += 21 * 60_000
    expect(begin()).toBeDefined()
  })
})
