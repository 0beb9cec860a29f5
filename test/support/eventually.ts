import { setTimeout as pause } from 'node:timers/promises'

const POLL_EVERY_MS = 5

/** The first value of `look` that is neither undefined nor false; rejects after `withinMs`, naming `what`. */
export async function eventually<Value>(
  what: string,
  look: () => Value | undefined | false | Promise<Value | undefined | false>,
  withinMs = 10_000,
): Promise<Value> {
  const end = performance.now() + withinMs
  for (;;) {
    const value = await look()
    if (value !== undefined && value !== false) return value
    if (performance.now() > end) throw new Error(`did not happen within ${withinMs} ms: ${what}`)
    await pause(POLL_EVERY_MS)
  }
}
