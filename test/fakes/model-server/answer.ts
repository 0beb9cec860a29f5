import { errorBody, type Vendor } from './error-body.ts'
import type { Faults } from './faults.ts'
import { type LooseObject, textAt } from './loose-json.ts'
import { nextReply } from './next-reply.ts'
import { answerEmbeddings } from './protocols/openai-embeddings.ts'
import type { StreamEvent } from './protocols/protocol.ts'
import { type Route, routeOf } from './routes.ts'
import type { Script } from './script.ts'
import { tokensIn, type Usage, usageOf } from './usage.ts'

export interface Question {
  readonly method: string
  readonly path: string
  readonly vendor: Vendor
  readonly sha256: string
  readonly bytes: number
  readonly text: string
  /** Gemini streams as server-sent events only when asked with `alt=sse`. */
  readonly wantsSse: boolean
}

export interface Answer {
  readonly status: number
  readonly json?: LooseObject | readonly unknown[]
  readonly events?: readonly StreamEvent[]
  readonly html?: string
  readonly kind: AnswerKind
  readonly model?: string
  /** The usage reported to the client; absent where none was. */
  readonly usage?: Usage
  readonly toolCall?: { readonly id: string; readonly name: string }
}

/** `turn` moves the script on, `side` is a request without tools; the others are what their names say. */
export type AnswerKind = 'turn' | 'side' | 'embeddings' | 'count-tokens' | 'static' | 'error'

/** What the server answers to one request; pure. */
export function answerTo(question: Question, script: Script, faults: Faults): Answer {
  const route = routeOf(question.method, question.path, question.vendor)
  if (route === undefined) return failed(question.vendor, 404, `No such path: ${question.path}`)
  const body = parsed(question.text)
  if (body === undefined) return failed(question.vendor, 400, 'The request body is not a JSON object')
  if (route.kind === 'static') return { status: 200, kind: 'static', json: route.json }
  if (route.kind === 'count-tokens') {
    return { status: 200, kind: 'count-tokens', json: { [route.field]: tokensIn(question.text.length) } }
  }
  if (faults.html) return { status: faults.status ?? 502, kind: 'error', html: HTML_PAGE }
  if (faults.status !== undefined) return failed(question.vendor, faults.status, 'A scripted failure')
  return route.kind === 'embeddings'
    ? embeddings(body)
    : conversation({ question, body, script, faults }, route)
}

/** An error of the vendor's own shape. */
export function failed(vendor: Vendor, status: number, message: string): Answer {
  return { status, kind: 'error', json: errorBody(vendor, status, message) }
}

const HTML_PAGE =
  '<!doctype html><html><head><title>Bad gateway</title></head><body>Bad gateway</body></html>\n'

function embeddings(body: LooseObject): Answer {
  return { status: 200, kind: 'embeddings', model: textAt(body, 'model') ?? '', ...answerEmbeddings(body) }
}

interface Asked {
  readonly question: Question
  readonly body: LooseObject
  readonly script: Script
  readonly faults: Faults
}

function conversation(asked: Asked, { protocol }: Extract<Route, { kind: 'conversation' }>): Answer {
  const { question, body, faults } = asked
  const read = protocol.read(body, question.path)
  const reply = nextReply(asked.script, read, question.sha256)
  const usage = faults.missingUsage ? undefined : usageOf(read.sizes, reply, protocol.reasons)
  const exchange = { conversation: read, reply, usage, seed: question.sha256, body }
  const reported = {
    status: 200,
    kind: read.tools.length === 0 ? 'side' : 'turn',
    model: read.model,
    ...(usage && { usage }),
    ...(reply.call && { toolCall: { id: reply.call.id, name: reply.call.name } }),
  } as const
  if (!read.stream) return { ...reported, json: protocol.answer(exchange) }
  const events = protocol.stream(exchange)
  if (protocol.name === 'gemini' && !question.wantsSse) {
    return { ...reported, json: events.map(({ data }) => data) }
  }
  return { ...reported, events }
}

function parsed(text: string): LooseObject | undefined {
  if (text === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as LooseObject) : undefined
  } catch {
    return undefined
  }
}
