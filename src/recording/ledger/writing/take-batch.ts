import type { PreparedUnit } from './prepared-unit.ts'

/** How much goes into one transaction at most: a group commit costs one sync, however many wait. */
const MAX_ENTRIES = 4096

/** Takes from the front of the queue what goes into the next transaction; at least one unit. */
export function takeBatch(queue: PreparedUnit[]): PreparedUnit[] {
  let entries = 0
  const end = queue.findIndex((unit) => {
    entries += unit.entries.length
    return entries >= MAX_ENTRIES
  })
  return queue.splice(0, end < 0 ? queue.length : end + 1)
}
