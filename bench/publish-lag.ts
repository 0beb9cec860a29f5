import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Child } from './processes/child.ts'
import { median, percentile, type Result } from './result.ts'
import { withScratch } from './scratch.ts'

const SECONDS = 15
const LOOK_EVERY_MS = 5
/** Appended each second, spread evenly. */
const RATES = [10, 500, 4000] as const

/** What the appending process says at its end: when each entry was durable, on the clock of the machine. */
export interface Appended {
  /** Index of the first entry, and for it and each one after it the milliseconds since 1970. */
  readonly first: number
  readonly durableAtMs: readonly number[]
}

/**
 * How long after an entry is durable a published checkpoint covers it, as a reader of the directory sees it, while
 * entries keep coming. The publisher wakes once a second, so half a second is the least the median can be.
 */
export function publishLag(): Promise<Result> {
  return withScratch(async (directory) => {
    const rows: string[][] = []
    for (const rate of RATES) {
      const lags = await lagsAt(rate, join(directory, String(rate)))
      const figures = [median(lags), percentile(lags, 0.99), Math.max(...lags)]
      rows.push([`${rate} entries/s`, String(lags.length), ...figures.map((ms) => (ms / 1000).toFixed(2))])
    }
    return {
      title: `From durable to published, over ${SECONDS} s at each rate`,
      columns: ['load', 'entries', 'p50 s', 'p99 s', 'max s'],
      rows,
      targets: [],
    }
  })
}

async function lagsAt(rate: number, directory: string): Promise<number[]> {
  await using child = new Child(new URL('./processes/steady-appends.ts', import.meta.url), {
    arguments: [directory, String(rate), String(SECONDS)],
  })
  await child.next<{ ready: true }>()
  let appended: Appended | undefined
  const finished = child.ask<Appended>({}).then((answer) => {
    appended = answer
  })
  const seen: { readonly size: number; readonly atMs: number }[] = []
  const isCovered = () => {
    const end = appended && appended.first + appended.durableAtMs.length
    return end !== undefined && (seen.at(-1)?.size ?? 0) >= end
  }
  while (!isCovered()) {
    const size = publishedSize(join(directory, 'log', 'checkpoint'))
    if (size > (seen.at(-1)?.size ?? 0)) seen.push({ size, atMs: Date.now() })
    await setTimeout(LOOK_EVERY_MS)
  }
  await finished
  return lagsOf(appended ?? { first: 0, durableAtMs: [] }, seen)
}

function lagsOf(
  { first, durableAtMs }: Appended,
  seen: readonly { readonly size: number; readonly atMs: number }[],
): number[] {
  let next = 0
  return durableAtMs.map((durableMs, i) => {
    while ((seen[next]?.size ?? Number.POSITIVE_INFINITY) <= first + i) next++
    return (seen[next]?.atMs ?? Number.NaN) - durableMs
  })
}

function publishedSize(path: string): number {
  try {
    return Number(readFileSync(path, 'utf8').split('\n')[1])
  } catch {
    return 0
  }
}
