/** The tokens of one call; each count holds the more special ones named in its comment. */
export interface TokenUsage {
  /** All input tokens, cached ones included. */
  readonly inputTokens: number
  readonly cacheReadTokens: number
  readonly cacheWriteTokens: number
  /** Those of cacheWriteTokens that are kept for an hour, which Anthropic prices higher. */
  readonly cacheWrite1hTokens?: number
  /** All output tokens, reasoning included. */
  readonly outputTokens: number
  /** Priced as output; here so that a caller hands over its whole usage. */
  readonly reasoningTokens: number
}

/** The price of one token in trillionths of a dollar, by the size of the whole input; the last step that fits holds. */
export interface Rate {
  readonly steps: readonly { readonly aboveInputTokens: number; readonly picoUsd: number }[]
}

/** What one token of each kind costs; undefined where the list has no price for the kind. */
export interface Rates {
  readonly input: Rate | undefined
  readonly cacheRead: Rate | undefined
  readonly cacheWrite: Rate | undefined
  readonly cacheWrite1h: Rate | undefined
  readonly output: Rate | undefined
}

// A price beyond this is one per token or per thousand taken for one per million.
const DEAREST_USD_PER_MILLION = 5_000
const PICO_PER_NANO = 1_000
const PICO_PER_TOKEN_PER_USD_PER_MILLION = 1_000_000

/** A rate from dollars per million tokens; undefined when a price is out of any sane range. */
export function rate(
  base: number,
  tiers: readonly { readonly start: number; readonly price: number }[],
): Rate | undefined {
  const listed = [{ start: -1, price: base }, ...tiers].sort((a, b) => a.start - b.start)
  if (listed.some(({ price }) => !(price >= 0 && price <= DEAREST_USD_PER_MILLION))) return undefined
  return {
    steps: listed.map(({ start, price }) => ({
      aboveInputTokens: start,
      picoUsd: Math.round(price * PICO_PER_TOKEN_PER_USD_PER_MILLION),
    })),
  }
}

/**
 * The cost of a call in billionths of a dollar, in integers throughout, rounded up once at the end. Undefined when a count is not a whole number,
 * a kind of token in use has no rate, or the sum is beyond exact integers. Counts that contradict each other (more
 * cached tokens than input) are each paid for: too much rather than too little.
 */
export function costNanoUsd(rates: Rates, usage: TokenUsage): number | undefined {
  const { inputTokens, cacheReadTokens, cacheWriteTokens, cacheWrite1hTokens = 0, outputTokens } = usage
  const reported = [inputTokens, cacheReadTokens, cacheWriteTokens, cacheWrite1hTokens, outputTokens]
  if (!reported.every((count) => Number.isSafeInteger(count) && count >= 0)) return undefined
  const counts: readonly (readonly [Rate | undefined, number])[] = [
    [rates.input, Math.max(0, inputTokens - cacheReadTokens - cacheWriteTokens)],
    [rates.cacheRead, cacheReadTokens],
    [rates.cacheWrite, Math.max(0, cacheWriteTokens - cacheWrite1hTokens)],
    [rates.cacheWrite1h, cacheWrite1hTokens],
    [rates.output, outputTokens],
  ]
  let sum = 0
  for (const [kind, tokens] of counts) {
    if (tokens > 0 && kind === undefined) return undefined
    if (kind !== undefined) sum += tokens * picoUsdPerToken(kind, inputTokens)
  }
  return Number.isSafeInteger(sum) ? Math.ceil(sum / PICO_PER_NANO) : undefined
}

function picoUsdPerToken({ steps }: Rate, inputTokens: number): number {
  let picoUsd = 0
  for (const step of steps) if (inputTokens > step.aboveInputTokens) picoUsd = step.picoUsd
  return picoUsd
}
