import { type Clock, type Id, type Random, sha256Hex } from '../../kernel/index.ts'
import { newUserCode, readUserCode } from './user-code.ts'

/** A device that asks to be signed in, as the person who decides sees it. */
export interface DeviceRequest {
  readonly userCode: string
  /** What the device calls itself; its own word. */
  readonly device: string
  /** The address it asked from. */
  readonly source: string
}

export interface StartedRequest {
  readonly deviceCode: string
  readonly userCode: string
  readonly lifetimeMs: number
  readonly intervalMs: number
}

export type Decision =
  | { readonly state: 'approved'; readonly person: Id<'per'> }
  | { readonly state: 'denied' }

/** What a device is told when it asks again (RFC 8628, section 3.5). `unknown` and `expired` end it. */
export type PollAnswer = Decision | { readonly state: 'pending' | 'slow-down' | 'expired' | 'unknown' }

interface Waiting extends DeviceRequest {
  readonly deviceDigest: string
  readonly untilMs: number
  intervalMs: number
  askedAtMs: number
  decision?: Decision
}

const LIFETIME_MS = 10 * 60_000
const INTERVAL_MS = 5_000
const SLOWER_BY_MS = 5_000
/** What strangers may make this process remember, in all and from one address. */
const MAX_WAITING = 1_000
const MAX_PER_SOURCE = 20
/** How long one that has ended is still told apart from one that never was. */
const KEPT_AFTER_MS = 10 * 60_000

/**
 * Devices that wait for a person to sign them in. They are remembered by the process that began them and for minutes
 * only; a restart makes the device begin again.
 */
export class DeviceRequests {
  readonly #clock: Clock
  readonly #random: Random
  readonly #waiting = new Map<string, Waiting>()

  constructor({ clock, random }: { readonly clock: Clock; readonly random: Random }) {
    this.#clock = clock
    this.#random = random
  }

  /** Codes for a device; undefined when too many wait. */
  begin({ device, source }: Pick<DeviceRequest, 'device' | 'source'>): StartedRequest | undefined {
    this.#forgetOld()
    const waiting = [...this.#waiting.values()]
    const fromSource = waiting.filter((other) => other.source === source).length
    if (waiting.length >= MAX_WAITING || fromSource >= MAX_PER_SOURCE) return undefined
    const userCode = this.#unusedCode()
    const deviceCode = Buffer.from(this.#random(32)).toString('base64url')
    this.#waiting.set(userCode, {
      ...{ userCode, device, source, intervalMs: INTERVAL_MS, askedAtMs: Number.NEGATIVE_INFINITY },
      deviceDigest: sha256Hex(deviceCode),
      untilMs: this.#clock.now() + LIFETIME_MS,
    })
    return { deviceCode, userCode, lifetimeMs: LIFETIME_MS, intervalMs: INTERVAL_MS }
  }

  /** The request with this code that waits for a decision, however the code was typed. */
  find(typed: string): DeviceRequest | undefined {
    const found = this.#waiting.get(readUserCode(typed) ?? '')
    if (found === undefined || found.decision !== undefined || this.#isOver(found)) return undefined
    return { userCode: found.userCode, device: found.device, source: found.source }
  }

  /** Decides once; false when there is nothing to decide any more. */
  decide(typed: string, decision: Decision): boolean {
    const { userCode = '' } = this.find(typed) ?? {}
    const found = this.#waiting.get(userCode)
    if (found === undefined) return false
    found.decision = decision
    return true
  }

  /** What the device with this secret is told. A decision is handed out once. */
  poll(deviceCode: string): PollAnswer {
    const digest = sha256Hex(deviceCode)
    const found = [...this.#waiting.values()].find(({ deviceDigest }) => deviceDigest === digest)
    if (found === undefined) return { state: 'unknown' }
    if (this.#isOver(found)) return { state: 'expired' }
    if (found.decision !== undefined) {
      this.#waiting.delete(found.userCode)
      return found.decision
    }
    const now = this.#clock.now()
    const isTooSoon = now - found.askedAtMs < found.intervalMs
    found.askedAtMs = now
    if (isTooSoon) found.intervalMs += SLOWER_BY_MS
    return { state: isTooSoon ? 'slow-down' : 'pending' }
  }

  #isOver({ untilMs }: Waiting): boolean {
    return untilMs <= this.#clock.now()
  }

  #forgetOld(): void {
    const before = this.#clock.now() - KEPT_AFTER_MS
    for (const { userCode, untilMs } of this.#waiting.values()) {
      if (untilMs < before) this.#waiting.delete(userCode)
    }
  }

  #unusedCode(): string {
    let code = newUserCode(this.#random)
    while (this.#waiting.has(code)) code = newUserCode(this.#random)
    return code
  }
}
