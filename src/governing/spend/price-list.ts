import type { ModelPrice } from '@pydantic/genai-prices'
import { type Rate, type Rates, rate } from './rates.ts'

/** Whose wire protocol the call spoke. */
export type Vendor = 'anthropic' | 'openai' | 'gemini'

/** One version of the installed price list. */
export interface PriceList {
  /** Name and version, as a record names where a price came from. */
  readonly source: string
  /** The rates of a model at a moment (milliseconds since 1970), or undefined when the list does not know it. */
  ratesAt(vendor: Vendor, model: string, at: number): Rates | undefined
}

const SOURCE = 'genai-prices@0.1.8'

const PROVIDER_IDS: Readonly<Record<Vendor, string>> = {
  anthropic: 'anthropic',
  openai: 'openai',
  gemini: 'google',
}

/** Reads the list on demand, because it is 0.8 MB of script. */
export async function loadPriceList(): Promise<PriceList> {
  const { calcPrice } = await import('@pydantic/genai-prices')
  return {
    source: SOURCE,
    ratesAt(vendor, model, at) {
      const found = calcPrice({}, model, { providerId: PROVIDER_IDS[vendor], timestamp: new Date(at) })
      return found === null ? undefined : ratesFrom(found.model_price)
    },
  }
}

/** Where the list has no price for cached tokens, they cost what fresh ones do. */
function ratesFrom(price: ModelPrice): Rates {
  const input = rateFrom(price, 'input_mtok')
  const cacheWrite = rateFrom(price, 'cache_write_mtok') ?? input
  return {
    input,
    cacheRead: rateFrom(price, 'cache_read_mtok') ?? input,
    cacheWrite,
    cacheWrite1h: rateFrom(price, 'cache_write_1h_mtok') ?? cacheWrite,
    output: rateFrom(price, 'output_mtok'),
  }
}

function rateFrom(price: ModelPrice, key: string): Rate | undefined {
  const value = price[key]
  if (value === undefined) return undefined
  return typeof value === 'number' ? rate(value, []) : rate(value.base, value.tiers)
}
