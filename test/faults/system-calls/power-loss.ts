import { join } from 'node:path'
import type { Beginning, Lives } from './lives.ts'
import { complaintsAfter } from './recovery.ts'
import { seededRandom } from './seeded-random.ts'
import type { Told } from './told.ts'
import type { Effect, Step } from './trace.ts'
import { UnsyncedDisk } from './unsynced-disk.ts'

/** The power goes after the first `after` steps of a life; `seed` chooses what the disk had come to write. */
export interface PowerLoss {
  readonly after: number
  readonly seed: number
}

/** How much of what was not synced is on the disk: nothing, any part, nearly all. */
const KEPT = [0, 0.5, 0.9]

/**
 * Rebuilds the directory for each of the given moments and starts a ledger in it. Gives one line for each in which
 * anything that a client had been told until then is broken. `losses` are in the order of their steps.
 */
export async function complaintsAfterPowerLosses(
  lives: Lives,
  { from, steps }: { readonly from: Beginning; readonly steps: readonly Step[] },
  losses: readonly PowerLoss[],
): Promise<readonly string[]> {
  const disk = await UnsyncedDisk.load(from.directory)
  const told: Told[] = [...from.told]
  const complaints: string[] = []
  let done = 0
  for (const { after, seed } of losses) {
    for (const { effect } of steps.slice(done, after)) {
      disk.apply(effect)
      if (effect.type === 'told') told.push(...effect.told)
    }
    done = after
    const directory = join(lives.home, `power-${after}-${seed}`)
    await disk.writeAfterPowerLoss(directory, seededRandom(seed), KEPT[seed % KEPT.length] ?? 0)
    const found = await complaintsAfter(directory, told)
    if (found.length > 0) complaints.push(`power lost after step ${after}, seed ${seed}: ${found.join('; ')}`)
    await lives.forget(directory)
  }
  return complaints
}

/** The same life on a disk that does nothing when it is asked to sync what `isIgnored` names. */
export function withoutSyncs(steps: readonly Step[], isIgnored: (path: string) => boolean): readonly Step[] {
  return steps.filter(({ effect }) => effect.type !== 'sync' || !isIgnored(effect.path))
}

/** Steps after which it is decided whether something holds: whatever was synced, renamed or told. */
export function isDecisive({ type }: Effect): boolean {
  return type === 'sync' || type === 'rename' || type === 'told'
}
