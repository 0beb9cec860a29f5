import type { Field } from './field.ts'
import { worded } from './scalar-fields.ts'

/** A length of time. */
export interface Duration {
  readonly ms: number
}

/** A size. */
export interface Bytes {
  readonly bytes: number
}

const TIME_UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const SIZE_UNITS = { kB: 1e3, MB: 1e6, GB: 1e9, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 }

/** A whole number with its unit (ms, s, m, h, d), such as `400d`, between two such bounds. */
export function duration({
  least,
  most,
}: {
  readonly least: string
  readonly most: string
}): Field<Duration> {
  const within = bounded(TIME_UNITS, least, most)
  return worded(`a time from ${least} to ${most}, such as 30s, 10m, 12h or 400d`, (words) => {
    const ms = within(words)
    return ms === undefined ? undefined : { ms }
  })
}

/** A whole number with its unit (kB, MB, GB, KiB, MiB, GiB), such as `32MB`, between two such bounds. */
export function byteSize({ least, most }: { readonly least: string; readonly most: string }): Field<Bytes> {
  const within = bounded(SIZE_UNITS, least, most)
  return worded(`a size from ${least} to ${most}, such as 500kB or 32MB`, (words) => {
    const bytes = within(words)
    return bytes === undefined ? undefined : { bytes }
  })
}

type Units = Readonly<Record<string, number>>

function bounded(units: Units, least: string, most: string): (words: string) => number | undefined {
  const smallest = measure(units, least) ?? 0
  const largest = measure(units, most) ?? Number.MAX_SAFE_INTEGER
  return (words) => {
    const amount = measure(units, words)
    return amount !== undefined && amount >= smallest && amount <= largest ? amount : undefined
  }
}

function measure(units: Units, words: string): number | undefined {
  const [, count, unit = ''] = /^(\d{1,9}) ?([A-Za-z]{1,3})$/.exec(words) ?? []
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined
  return factor === undefined ? undefined : Number(count) * factor
}
