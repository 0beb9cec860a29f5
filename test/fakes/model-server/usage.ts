import type { Reply, Sizes } from './conversation.ts'

/** Tokens of one answer: what the cache held or took is part of the input, reasoning is part of the output. */
export interface Usage {
  readonly inputTokens: number
  readonly cacheReadTokens: number
  readonly cacheWriteTokens: number
  readonly outputTokens: number
  readonly reasoningTokens: number
}

const CHARS_PER_TOKEN = 4
const CACHE_BLOCK_TOKENS = 128

/** Deterministic usage from the sizes of request and answer; `reasons` adds hidden reasoning tokens to the output. */
export function usageOf(sizes: Sizes, reply: Reply, reasons: boolean): Usage {
  const total = tokensIn(sizes.inputChars)
  const cacheReadTokens = wholeBlocks(tokensIn(sizes.cachedChars))
  const fresh = total - cacheReadTokens
  const cacheWriteTokens = sizes.marksCache ? wholeBlocks(fresh) : 0
  const visible = tokensIn(reply.text.length + JSON.stringify(reply.call ?? '').length)
  const reasoningTokens = reasons ? 8 + Math.ceil(visible / 2) : 0
  return {
    inputTokens: total,
    cacheReadTokens,
    cacheWriteTokens,
    outputTokens: visible + reasoningTokens,
    reasoningTokens,
  }
}

export function tokensIn(chars: number): number {
  return Math.ceil(chars / CHARS_PER_TOKEN)
}

function wholeBlocks(tokens: number): number {
  return Math.floor(tokens / CACHE_BLOCK_TOKENS) * CACHE_BLOCK_TOKENS
}
