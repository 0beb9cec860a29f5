import type { Ledger } from '../recording/ledger/index.ts'
import type { BrokenPart, Vault } from '../recording/vault/index.ts'

/** What was found of parts that are gone or broken without an erasure that explains it. */
export interface PartsState {
  /** Parts looked at since the start. */
  readonly checked: number
  /** Those that were broken when they were last looked at. */
  readonly broken: readonly BrokenPart[]
}

/** Looks whether every part is there, some of them at a time, round and round: the alarm for what is gone without a word. */
export interface PartsWatch {
  /** Goes on where it stopped; gives what is broken and was not known to be. */
  look(): Promise<readonly BrokenPart[]>
  readonly state: PartsState
}

const ENTRIES_AT_ONCE = 500
/** So much of a ledger is read in a moment and a day of looks goes through half a million entries. */
const ENTRIES_PER_LOOK = 20_000
/** More than anybody reads; then something is wrong with the whole. */
const MAX_REMEMBERED = 10_000

export function createPartsWatch({ ledger, vault }: { ledger: Ledger; vault: Vault }): PartsWatch {
  const broken = new Map<string, BrokenPart>()
  let from = 0
  let checked = 0
  const lookAt = async (limit: number): Promise<readonly BrokenPart[]> => {
    const page = await vault.check(ledger, { from, limit })
    checked += page.parts
    from = page.next ?? 0
    const fresh = page.broken.filter(({ event, name }) => !broken.has(`${event}/${name}`))
    for (const part of fresh.slice(0, MAX_REMEMBERED - broken.size)) {
      broken.set(`${part.event}/${part.name}`, part)
    }
    return fresh
  }
  return {
    async look() {
      const fresh: BrokenPart[] = []
      for (let seen = 0; seen < ENTRIES_PER_LOOK; seen += ENTRIES_AT_ONCE) {
        fresh.push(...(await lookAt(ENTRIES_AT_ONCE)))
        if (from === 0) break
      }
      return fresh
    },
    get state() {
      return { checked, broken: [...broken.values()] }
    },
  }
}
