import { type Clock, systemClock } from '../../kernel/index.ts'
import { loadPriceList, type PriceList, type Vendor } from './price-list.ts'
import { costNanoUsd, type Rates, type TokenUsage } from './rates.ts'
import type { NanoUsd } from './usd.ts'

export type { Vendor } from './price-list.ts'
export type { TokenUsage } from './rates.ts'

/** What a call costs by the price list, or that the list does not tell: unknown is never zero. */
export type Price =
  | { readonly known: true; readonly nanoUsd: NanoUsd; readonly source: string }
  | { readonly known: false }

export interface Prices {
  /**
   * The price of one model call's tokens, rounded up to a billionth of a dollar. Unknown when the model or a kind of
   * token it used has no price, or when a count is not a whole number. Searches, images and audio are priced as text.
   */
  costNanoUsd(usage: { readonly vendor: Vendor; readonly model: string } & TokenUsage): Price
}

const UNKNOWN: Price = { known: false }

/** Loads the price list that was installed with Custody; nothing is fetched, then or later. */
export async function createPrices(clock: Clock = systemClock): Promise<Prices> {
  const list = await loadPriceList()
  const ratesOf = rememberRates(list, clock)
  return {
    costNanoUsd({ vendor, model, ...usage }) {
      const rates = ratesOf(vendor, model)
      const nanoUsd = rates === undefined ? undefined : costNanoUsd(rates, usage)
      return nanoUsd === undefined ? UNKNOWN : { known: true, nanoUsd, source: list.source }
    },
  }
}

// Model names come from requests, so what is remembered about them must not grow without bound.
const MOST_REMEMBERED = 1_000
// Some prices change at a date or an hour.
const REMEMBERED_MS = 60_000

/** Finding a model among the list's patterns takes 0.1 ms, far more than multiplying its rates. */
function rememberRates(list: PriceList, clock: Clock): (vendor: Vendor, model: string) => Rates | undefined {
  const remembered = new Map<string, Rates | undefined>()
  let forgetAt = 0
  return (vendor, model) => {
    const now = clock.now()
    if (now >= forgetAt || remembered.size >= MOST_REMEMBERED) {
      remembered.clear()
      forgetAt = now + REMEMBERED_MS
    }
    const key = `${vendor} ${model}`
    if (!remembered.has(key)) remembered.set(key, list.ratesAt(vendor, model, now))
    return remembered.get(key)
  }
}
