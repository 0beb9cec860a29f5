/** Base addresses below the gateway, one per vendor protocol, as each vendor's clients expect them. */
export function gatewayUrls(origin: string): {
  readonly anthropic: string
  readonly openai: string
  readonly gemini: string
} {
  return {
    anthropic: `${origin}/gateway/anthropic`,
    openai: `${origin}/gateway/openai/v1`,
    gemini: `${origin}/gateway/gemini`,
  }
}
