import type { SweepReport } from '../recording/retention/index.ts'
import type { BrokenPart } from '../recording/vault/index.ts'
import type { Services } from './composition.ts'
import { logLine } from './log-line.ts'

const EVERY_MS = 3_600_000

/**
 * Expires what is due and looks for parts that are gone without a word, at once and then every hour, and tells what it did
 * and found. Gives the way to end it, which waits for what is under way.
 */
export function retainRegularly(
  { forgetting, partsWatch }: Pick<Services, 'forgetting' | 'partsWatch'>,
  report: (line: string) => void,
): () => Promise<void> {
  let isClockReported = false
  const look = async () => {
    const swept = await forgetting.sweep()
    for (const line of linesOf(swept, isClockReported)) report(line)
    isClockReported = swept.clock === 'ahead'
    for (const line of alarmOf(await partsWatch.look())) report(line)
  }
  const lookOrTell = () => look().catch((error: unknown) => report(logLine('expiring parts:', error)))
  let last = lookOrTell()
  const timer = setInterval(() => {
    last = lookOrTell()
  }, EVERY_MS)
  timer.unref()
  return () => {
    clearInterval(timer)
    return last
  }
}

function alarmOf(broken: readonly BrokenPart[]): readonly string[] {
  const [first] = broken
  if (first === undefined) return []
  const { event, name, problem } = first
  const count = broken.length === 1 ? 'a part is' : `${broken.length} parts are`
  return [
    `vault: ${count} missing or damaged, and no erasure explains it: ${event}/${name} is ${problem}; look with "custody log fsck"`,
  ]
}

function linesOf({ at, clock, runs, parts, keys }: SweepReport, isClockReported: boolean): readonly string[] {
  const ahead = `retention: the clock is far ahead of ${at}; nothing more expires until it has gone on steadily for a day`
  const erased = `retention: erased ${parts} parts of ${runs} runs and destroyed ${keys} keys`
  return [
    ...(clock === 'ahead' && !isClockReported ? [ahead] : []),
    ...(runs > 0 || keys > 0 ? [erased] : []),
  ]
}
