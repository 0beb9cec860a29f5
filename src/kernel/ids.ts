import type { Clock } from './clock.ts'
import type { Random } from './random.ts'

/** The prefix tells what an id names; the rest is a ULID (time-ordered, 80 random bits). */
export type IdPrefix =
  | 'evt'
  | 'run'
  | 'per'
  | 'agt'
  | 'prt'
  | 'ses'
  | 'key'
  | 'led'
  | 'req'
  | 'tem'
  | 'svc'
  | 'lnk'
  | 'grt'
export type Id<Prefix extends IdPrefix> = `${Prefix}_${string}`

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Makes ids; ids made in one process sort in the order they were made as far as the clock's milliseconds tell. */
export type Ids = <Prefix extends IdPrefix>(prefix: Prefix) => Id<Prefix>

export function createIds(clock: Clock, random: Random): Ids {
  return (prefix) => `${prefix}_${ulid(clock.now(), random(10))}`
}

function ulid(ms: number, random: Uint8Array): string {
  return encodeTime(ms) + encodeRandom(random)
}

function encodeTime(ms: number): string {
  let rest = ms
  let text = ''
  for (let i = 0; i < 10; i++) {
    text = CROCKFORD.charAt(rest % 32) + text
    rest = Math.floor(rest / 32)
  }
  return text
}

function encodeRandom(bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let held = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += CROCKFORD.charAt((held >>> bits) & 31)
      held &= (1 << bits) - 1
    }
  }
  return text
}
