import type { Context } from './context.ts'

const EVERY_MS = 500

/** Shows on a terminal how long some work has been going on; leaves no trace of it there. */
export async function withProgress<Value>(
  { environment, quiet }: Context,
  label: string,
  work: () => Promise<Value>,
): Promise<Value> {
  if (quiet || !environment.showsProgress) return work()
  const startedMs = performance.now()
  const timer = setInterval(() => {
    const seconds = Math.round((performance.now() - startedMs) / 1000)
    process.stderr.write(`\r${label}… ${seconds} s`)
  }, EVERY_MS)
  try {
    return await work()
  } finally {
    clearInterval(timer)
    process.stderr.write('\r\u001b[K')
  }
}
