import type { Vendor } from './error-body.ts'
import type { LooseObject } from './loose-json.ts'
import { anthropic } from './protocols/anthropic.ts'
import { gemini } from './protocols/gemini.ts'
import { openaiChat } from './protocols/openai-chat.ts'
import { openaiResponses } from './protocols/openai-responses.ts'
import type { Protocol } from './protocols/protocol.ts'

/** What a path of the model server does. Only the first two kinds are model calls, with usage and faults. */
export type Route =
  | { readonly kind: 'conversation'; readonly protocol: Protocol }
  | { readonly kind: 'embeddings' }
  | { readonly kind: 'count-tokens'; readonly field: string }
  | { readonly kind: 'static'; readonly json: LooseObject }

/** The route of a request; undefined means 404. */
export function routeOf(method: string, path: string, vendor: Vendor): Route | undefined {
  return TABLE.find(
    (row) => row.methods.includes(method) && row.path.test(path) && (row.vendor ?? vendor) === vendor,
  )?.route
}

/** The vendor a path or its headers speak for; `/v1/models` exists twice. */
export function vendorOf(path: string, isAnthropicClient: boolean): Vendor {
  if (path.startsWith('/v1beta/')) return 'gemini'
  return isAnthropicClient || path.startsWith('/v1/messages') || path.startsWith('/api/')
    ? 'anthropic'
    : 'openai'
}

interface Row {
  readonly methods: readonly string[]
  readonly path: RegExp
  readonly vendor?: Vendor
  readonly route: Route
}

const MODELS = {
  anthropic: ['claude-sonnet-4-5', 'claude-haiku-4-5'],
  openai: ['gpt-5.5', 'gpt-5-mini', 'text-embedding-3-small'],
  gemini: ['gemini-2.5-pro', 'gemini-2.5-flash'],
}

const TABLE: readonly Row[] = [
  { methods: ['POST'], path: /^\/v1\/messages$/, route: { kind: 'conversation', protocol: anthropic } },
  {
    methods: ['POST'],
    path: /^\/v1\/chat\/completions$/,
    route: { kind: 'conversation', protocol: openaiChat },
  },
  {
    methods: ['POST'],
    path: /^\/v1\/responses$/,
    route: { kind: 'conversation', protocol: openaiResponses },
  },
  {
    methods: ['POST'],
    path: /^\/v1beta\/models\/[^:/]+:(stream)?[gG]enerateContent$/,
    route: { kind: 'conversation', protocol: gemini },
  },
  { methods: ['POST'], path: /^\/v1\/embeddings$/, route: { kind: 'embeddings' } },
  {
    methods: ['POST'],
    path: /^\/v1\/messages\/count_tokens$/,
    route: { kind: 'count-tokens', field: 'input_tokens' },
  },
  {
    methods: ['POST'],
    path: /^\/v1beta\/models\/[^:/]+:countTokens$/,
    route: { kind: 'count-tokens', field: 'totalTokens' },
  },
  { methods: ['GET', 'HEAD'], path: /^\/api\/hello$/, route: { kind: 'static', json: { message: 'hello' } } },
  { methods: ['GET'], path: /^\/v1\/models$/, vendor: 'anthropic', route: anthropicModels() },
  { methods: ['GET'], path: /^\/v1\/models$/, vendor: 'openai', route: openaiModels() },
  { methods: ['GET'], path: /^\/v1beta\/models$/, route: geminiModels() },
]

function anthropicModels(): Route {
  const data = MODELS.anthropic.map((id) => ({
    type: 'model',
    id,
    display_name: id,
    created_at: '2026-01-01T00:00:00Z',
  }))
  return { kind: 'static', json: { data, has_more: false, first_id: data[0]?.id, last_id: data.at(-1)?.id } }
}

function openaiModels(): Route {
  const data = MODELS.openai.map((id) => ({
    id,
    object: 'model',
    created: 1_790_000_000,
    owned_by: 'scripted',
  }))
  return { kind: 'static', json: { object: 'list', data } }
}

function geminiModels(): Route {
  const models = MODELS.gemini.map((id) => ({
    name: `models/${id}`,
    displayName: id,
    inputTokenLimit: 1_048_576,
    outputTokenLimit: 65_536,
    supportedGenerationMethods: ['generateContent', 'countTokens'],
  }))
  return { kind: 'static', json: { models } }
}
