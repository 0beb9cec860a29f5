import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

import { type Answer, type AnswerKind, answerTo, failed, type Question } from './answer.ts'
import { type Faults, faultsOfCall } from './faults.ts'
import { vendorOf } from './routes.ts'
import type { Script } from './script.ts'
import type { Usage } from './usage.ts'

import { writeAnswer } from './write-answer.ts'

export interface ModelServerOptions {
  readonly script: Script
  /** 0 or absent: any free port. */
  readonly port?: number
  /** Also answer under `<prefix>/anthropic`, `<prefix>/openai` and `<prefix>/gemini`, where a gateway has them. */
  readonly prefix?: string
  /** The only credential that is let in, in whatever header; without it every request is. */
  readonly apiKey?: string
  readonly faults?: Faults
}

export interface ModelServer {
  readonly url: string
  /** Every request in order of arrival. */
  readonly served: readonly Served[]
  close(): Promise<void>
}

/** One request as the server saw it; credentials and bodies are not kept. */
export interface Served {
  readonly method: string
  readonly path: string
  readonly auth: 'x-api-key' | 'bearer' | 'x-goog-api-key' | 'query-key' | 'none'
  readonly sha256: string
  readonly bytes: number
  readonly kind: AnswerKind | 'upgrade'
  readonly status: number
  readonly stream: boolean
  readonly model?: string
  readonly usage?: Usage
  readonly toolCall?: { readonly id: string; readonly name: string }
  /** `cut`: broken by a fault; `client-gone`: the client left before the end. */
  readonly outcome: 'answering' | 'answered' | 'cut' | 'client-gone'
}

/** Starts a scripted model server on 127.0.0.1 that speaks the wire protocols of Anthropic, OpenAI and Gemini. */
export async function startModelServer(options: ModelServerOptions): Promise<ModelServer> {
  const served: Mutable<Served>[] = []
  const server = createServer((request, response) => {
    serve(options, served, { request, response }).catch((error: unknown) => response.destroy(error as Error))
  })
  server.on('upgrade', (request, socket) => refuseUpgrade(request, socket as Socket, served))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, served, close: () => closed(server) }
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

interface Call {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

async function serve(options: ModelServerOptions, served: Mutable<Served>[], call: Call): Promise<void> {
  const { request, response } = call
  const question = questionOf(request, await bodyOf(request), options.prefix)
  const isCall = ({ kind }: Served) => MODEL_CALLS.includes(kind)
  const faults = faultsOfCall(options.faults ?? {}, served.filter(isCall).length)
  const answer = isLetIn(request, options.apiKey)
    ? answerTo(question, options.script, faults)
    : failed(question.vendor, 401, 'The API key is not valid')
  const entry = servedEntry(request, question, answer)
  served.push(entry)
  response.once('close', () => {
    if (entry.outcome === 'answering') entry.outcome = response.writableFinished ? 'answered' : 'client-gone'
  })
  const whole = await writeAnswer(response, answer, MODEL_CALLS.includes(answer.kind) ? faults : {})
  if (!whole) entry.outcome = 'cut'
}

const MODEL_CALLS: readonly Served['kind'][] = ['turn', 'side', 'embeddings', 'error']

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function questionOf(request: IncomingMessage, body: Buffer, prefix: string | undefined): Question {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
  const path = withoutPrefix(pathname, prefix)
  return {
    method: request.method ?? 'GET',
    path,
    vendor: vendorOf(path, request.headers['anthropic-version'] !== undefined),
    sha256: createHash('sha256').update(body).digest('hex'),
    text: body.toString('utf8'),
    bytes: body.length,
    wantsSse: searchParams.get('alt') === 'sse',
  }
}

function withoutPrefix(path: string, prefix: string | undefined): string {
  if (prefix === undefined || !path.startsWith(prefix)) return path
  return path.slice(prefix.length).replace(/^\/(anthropic|openai|gemini)(?=\/)/, '')
}

function servedEntry(request: IncomingMessage, question: Question, answer: Answer): Mutable<Served> {
  return {
    method: question.method,
    path: question.path,
    auth: credentialOf(request).scheme,
    sha256: question.sha256,
    bytes: question.bytes,
    kind: answer.kind,
    status: answer.status,
    stream: answer.events !== undefined,
    ...(answer.model !== undefined && { model: answer.model }),
    ...(answer.usage && { usage: answer.usage }),
    ...(answer.toolCall && { toolCall: answer.toolCall }),
    outcome: 'answering',
  }
}

function isLetIn(request: IncomingMessage, apiKey: string | undefined): boolean {
  return apiKey === undefined || credentialOf(request).value === apiKey
}

function credentialOf(request: IncomingMessage): { scheme: Served['auth']; value: string | undefined } {
  const { headers } = request
  const found = [
    { scheme: 'x-api-key', value: single(headers['x-api-key']) },
    { scheme: 'x-goog-api-key', value: single(headers['x-goog-api-key']) },
    { scheme: 'bearer', value: /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1] },
    {
      scheme: 'query-key',
      value: new URL(request.url ?? '/', 'http://localhost').searchParams.get('key') ?? undefined,
    },
  ] as const
  return found.find(({ value }) => value !== undefined) ?? { scheme: 'none', value: undefined }
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header
}

/** Codex falls back from its WebSocket to POST at once when it reads 426. */
function refuseUpgrade(request: IncomingMessage, socket: Socket, served: Served[]): void {
  const question = { ...questionOf(request, Buffer.alloc(0), undefined), method: 'GET' }
  const answer = { status: 426, kind: 'static' } as const
  served.push({ ...servedEntry(request, question, answer), kind: 'upgrade', outcome: 'answered' })
  socket.end('HTTP/1.1 426 Upgrade Required\r\ncontent-length: 0\r\nconnection: close\r\n\r\n')
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
