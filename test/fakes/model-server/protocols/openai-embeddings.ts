import { type LooseObject, listAt, textAt } from '../loose-json.ts'
import { tokensIn, type Usage } from '../usage.ts'

const DIMENSIONS = 8

/** `POST /v1/embeddings`: small vectors that depend on the text alone. */
export function answerEmbeddings(body: LooseObject): { readonly json: LooseObject; readonly usage: Usage } {
  const inputs = typeof body.input === 'string' ? [body.input] : listAt(body, 'input').map(String)
  const inputTokens = inputs.reduce((sum, text) => sum + tokensIn(text.length), 0)
  const json = {
    object: 'list',
    data: inputs.map((text, index) => ({ object: 'embedding', index, embedding: vectorOf(text) })),
    model: textAt(body, 'model') ?? '',
    usage: { prompt_tokens: inputTokens, total_tokens: inputTokens },
  }
  const usage = { inputTokens, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 0, reasoningTokens: 0 }
  return { json, usage }
}

function vectorOf(text: string): readonly number[] {
  return Array.from({ length: DIMENSIONS }, (_, at) => ((text.charCodeAt(at % text.length) || 0) % 97) / 97)
}
