import type { SplitTable } from '../split/index.ts'
import { anthropicMessages } from './anthropic-messages.ts'
import { geminiEmbeddings, openaiEmbeddings } from './embeddings.ts'
import { geminiGenerate } from './gemini-generate.ts'
import { openaiChat } from './openai-chat.ts'
import { openaiResponses } from './openai-responses.ts'
import { identifierOf } from './untrusted.ts'
import { noProtocol, type ProtocolName, type WireProtocol } from './wire-protocol.ts'

/** The vendors whose protocols the gateway speaks, as they stand in its paths. */
export const VENDORS = ['anthropic', 'openai', 'gemini'] as const
export type Vendor = (typeof VENDORS)[number]

/** What a request is for; only a `model-call` makes a model answer and costs tokens. */
export type EndpointKind = 'model-call' | 'count-tokens' | 'list-models' | 'hello'

/** One thing a client may ask of a vendor. */
export interface Endpoint {
  readonly vendor: Vendor
  readonly method: 'GET' | 'HEAD' | 'POST'
  /** Below `/gateway/<vendor>`; `{model}` stands for one model name. */
  readonly path: string
  readonly kind: EndpointKind
  readonly protocol: ProtocolName
  /** Which members of the request body become pieces. */
  readonly split: SplitTable
  /** Whether the answer is a stream whatever the body says. */
  readonly stream: boolean
  readonly wire: WireProtocol
}

/** A request's endpoint, with the model when the path names it. */
export interface EndpointMatch {
  readonly endpoint: Endpoint
  readonly model: string | undefined
}

type Row = readonly [Endpoint['method'], path: string, EndpointKind, WireProtocol]

const ROWS: Readonly<Record<Vendor, readonly Row[]>> = {
  anthropic: [
    ['POST', '/v1/messages', 'model-call', anthropicMessages],
    ['POST', '/v1/messages/count_tokens', 'count-tokens', anthropicMessages],
    ['GET', '/v1/models', 'list-models', noProtocol],
    ['GET', '/v1/models/{model}', 'list-models', noProtocol],
    ['HEAD', '/api/hello', 'hello', noProtocol],
    ['GET', '/api/hello', 'hello', noProtocol],
  ],
  openai: [
    ['POST', '/v1/chat/completions', 'model-call', openaiChat],
    ['POST', '/v1/responses', 'model-call', openaiResponses],
    ['POST', '/v1/embeddings', 'model-call', openaiEmbeddings],
    ['GET', '/v1/models', 'list-models', noProtocol],
    ['GET', '/v1/models/{model}', 'list-models', noProtocol],
  ],
  gemini: ['/v1beta', '/v1'].flatMap((version): readonly Row[] => [
    ['POST', `${version}/models/{model}:generateContent`, 'model-call', geminiGenerate],
    ['POST', `${version}/models/{model}:streamGenerateContent`, 'model-call', geminiGenerate],
    ['POST', `${version}/models/{model}:countTokens`, 'count-tokens', geminiGenerate],
    ['POST', `${version}/models/{model}:embedContent`, 'model-call', geminiEmbeddings],
    ['POST', `${version}/models/{model}:batchEmbedContents`, 'model-call', geminiEmbeddings],
    ['GET', `${version}/models`, 'list-models', noProtocol],
    ['GET', `${version}/models/{model}`, 'list-models', noProtocol],
  ]),
}

/** Every endpoint the gateway serves; what is not here is refused. */
export const ENDPOINTS: readonly Endpoint[] = VENDORS.flatMap((vendor) =>
  ROWS[vendor].map(([method, path, kind, wire]) => ({
    vendor,
    method,
    path,
    kind,
    protocol: wire.name,
    split: wire.split,
    stream: path.includes(':stream'),
    wire,
  })),
)

/**
 * The endpoint of a request, or undefined when the gateway does not serve it. `path` is what follows
 * `/gateway/<vendor>`, percent-encoded as it came and without the query.
 */
export function matchEndpoint(vendor: Vendor, method: string, path: string): EndpointMatch | undefined {
  for (const endpoint of ENDPOINTS) {
    if (endpoint.vendor !== vendor || endpoint.method !== method) continue
    if (endpoint.path === path) return { endpoint, model: undefined }
    const model = modelIn(path, endpoint.path)
    if (model !== undefined) return { endpoint, model }
  }
  return undefined
}

function modelIn(path: string, pattern: string): string | undefined {
  const [before, after] = pattern.split('{model}')
  if (before === undefined || after === undefined) return undefined
  if (!path.startsWith(before) || !path.endsWith(after)) return undefined
  return modelName(path.slice(before.length, path.length - after.length))
}

const MODEL_NAME = /^\w[\w.:@/+[\]-]*$/

/** Without dots in a row, since the path goes on to the vendor and must still mean this endpoint there. */
function modelName(encoded: string): string | undefined {
  if (encoded.includes('/')) return undefined
  try {
    const name = identifierOf(decodeURIComponent(encoded))
    return name !== undefined && MODEL_NAME.test(name) && !name.includes('..') ? name : undefined
  } catch {
    return undefined
  }
}
