import { readFileSync } from 'node:fs'
import { calcPrice, findProvider } from '@pydantic/genai-prices'
import { describe, expect, it } from 'vitest'
import { createPrices, type TokenUsage, type Vendor } from './index.ts'

const NOVEMBER_2026 = Date.UTC(2026, 10, 21)
const prices = await createPrices({ now: () => NOVEMBER_2026, monotonic: () => 0 })

function cost(vendor: Vendor, model: string, usage: Partial<TokenUsage>): number | 'unknown' {
  const none = {
    inputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: 0,
    reasoningTokens: 0,
  }
  const price = prices.costNanoUsd({ vendor, model, ...none, ...usage })
  return price.known ? price.nanoUsd : 'unknown'
}

describe('costNanoUsd', () => {
  it('prices fresh, cache-read, cache-written and output tokens of an Anthropic call apart', () => {
    // 1,000 fresh at 3, 4,000 read at 0.30, 500 written at 3.75, 200 out at 15 USD per million.
    const usage = { inputTokens: 5_500, cacheReadTokens: 4_000, cacheWriteTokens: 500, outputTokens: 200 }
    expect(cost('anthropic', 'claude-sonnet-4-5', usage)).toBe(3_000_000 + 1_200_000 + 1_875_000 + 3_000_000)
  })

  it('prices cache entries kept for an hour at their own rate', () => {
    const usage = { inputTokens: 500, cacheWriteTokens: 500, cacheWrite1hTokens: 300 }
    expect(cost('anthropic', 'claude-sonnet-4-5', usage)).toBe(200 * 3_750 + 300 * 6_000)
  })

  it('prices a whole call at the rates of a long input', () => {
    const usage = { inputTokens: 200_001, outputTokens: 100 }
    expect(cost('anthropic', 'claude-sonnet-4-5', usage)).toBe(200_001 * 6_000 + 100 * 22_500)
    expect(cost('anthropic', 'claude-sonnet-4-5', { inputTokens: 200_000 })).toBe(200_000 * 3_000)
  })

  it('knows a dated model name', () => {
    expect(cost('anthropic', 'claude-sonnet-4-5-20250929', { outputTokens: 1 })).toBe(15_000)
    expect(cost('openai', 'gpt-5-2025-08-07', { outputTokens: 1 })).toBe(10_000)
  })

  it('prices cached tokens of an OpenAI call once', () => {
    const usage = { inputTokens: 2_000, cacheReadTokens: 1_536, outputTokens: 300, reasoningTokens: 256 }
    expect(cost('openai', 'gpt-5', usage)).toBe(464 * 1_250 + 1_536 * 125 + 300 * 10_000)
  })

  it('prices a Gemini call', () => {
    const usage = { inputTokens: 1_000, cacheReadTokens: 400, outputTokens: 50 }
    expect(cost('gemini', 'gemini-2.5-flash', usage)).toBe(600 * 300 + 400 * 30 + 50 * 2_500)
  })

  it('prices an embedding, which has no output', () => {
    expect(cost('openai', 'text-embedding-3-small', { inputTokens: 1_000 })).toBe(20_000)
  })

  it.each([
    ['openai', 'gpt-99'],
    ['anthropic', 'gpt-5'],
    ['gemini', 'gemini-99-flash'],
    ['openai', ''],
  ] as const)('calls the price of %s %j unknown, never zero', (vendor, model) => {
    expect(cost(vendor, model, { inputTokens: 1_000, outputTokens: 10 })).toBe('unknown')
  })

  it('calls the price unknown when a kind of token in use has none', () => {
    expect(cost('openai', 'text-embedding-3-small', { inputTokens: 10, outputTokens: 10 })).toBe('unknown')
    expect(cost('openai', 'whisper-1', { inputTokens: 10 })).toBe('unknown')
  })

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'calls the price of %d tokens unknown',
    (tokens) => {
      expect(cost('openai', 'gpt-5', { inputTokens: tokens })).toBe('unknown')
      expect(cost('openai', 'gpt-5', { outputTokens: tokens })).toBe('unknown')
    },
  )

  it('charges more rather than less when the counts contradict each other', () => {
    expect(cost('openai', 'gpt-5', { inputTokens: 10, cacheReadTokens: 100 })).toBe(100 * 125)
  })

  it('follows a price that changes at a date', async () => {
    let now = Date.UTC(2025, 5, 9)
    const dated = await createPrices({ now: () => now, monotonic: () => 0 })
    const usage = {
      inputTokens: 1,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
      outputTokens: 0,
      reasoningTokens: 0,
    }
    const o3 = () => dated.costNanoUsd({ vendor: 'openai', model: 'o3', ...usage })
    expect(o3()).toMatchObject({ nanoUsd: 10_000 })
    now = Date.UTC(2025, 5, 11)
    expect(o3()).toMatchObject({ nanoUsd: 2_000 })
  })

  it('names the installed version as the source', () => {
    const { dependencies } = JSON.parse(
      readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
    )
    const price = prices.costNanoUsd({
      vendor: 'openai',
      model: 'gpt-5',
      inputTokens: 1,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
      outputTokens: 1,
      reasoningTokens: 0,
    })
    expect(price).toMatchObject({ source: `genai-prices@${dependencies['@pydantic/genai-prices']}` })
  })
})

describe('against the price list’s own arithmetic', () => {
  const usages = [
    { inputTokens: 1_000, cacheReadTokens: 300, cacheWriteTokens: 0, outputTokens: 77 },
    { inputTokens: 120_000, cacheReadTokens: 100_000, cacheWriteTokens: 5_000, outputTokens: 1_234 },
    { inputTokens: 300_000, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 9_999 },
  ]
  it.each([
    ['anthropic', 'anthropic'],
    ['openai', 'openai'],
    ['gemini', 'google'],
  ] as const)('agrees for every model of %s', (vendor, providerId) => {
    const models = findProvider({ providerId })?.models ?? []
    expect(models.length).toBeGreaterThan(20)
    for (const { id } of models) {
      for (const usage of usages) {
        const ours = cost(vendor, id, usage)
        if (ours === 'unknown') continue
        const theirs = calcPrice(
          {
            input_tokens: usage.inputTokens,
            cache_read_tokens: usage.cacheReadTokens,
            cache_write_tokens: usage.cacheWriteTokens,
            output_tokens: usage.outputTokens,
          },
          id,
          { providerId, timestamp: new Date(NOVEMBER_2026) },
        )
        expect(Math.abs(ours - (theirs?.total_price ?? 0) * 1e9), id).toBeLessThan(1.001)
      }
    }
  })
})
