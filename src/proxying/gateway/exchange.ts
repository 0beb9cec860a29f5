import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'
import type { Call, GatewayDeps } from './call.ts'
import { HeldBack } from './held-back.ts'
import { type AnswerOutcome, recordAnswer } from './record-answer.ts'
import { type Refusal, refuse } from './refusal.ts'
import { createResponseReader, type ResponseReader } from './wire/index.ts'

/** Answers above this are passed on whole, but only this much of them is kept. */
const MAX_KEPT_BYTES = 64 * 1024 * 1024

const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'set-cookie',
])

/**
 * One answer on its way from the vendor to the client. What has arrived is passed on at once, byte for byte, except
 * its end: that is released when the answer is in the record, durably. A client that goes away ends the vendor's work.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  /** Resolves when everything is over; with a refusal when nothing was sent to the client. */
  readonly done: Promise<Refusal | undefined>
  readonly #call: Call
  readonly #deps: GatewayDeps
  readonly #kept: Buffer[] = []
  #keptBytes = 0
  #bytes = 0
  #status = 0
  #contentType = ''
  #contentEncoding: string | undefined
  #firstByteMs: number | undefined
  #reader: ResponseReader | undefined
  #held: HeldBack | undefined
  #controller: Dispatcher.DispatchController | undefined
  #clientGone = false
  #finish: (refusal: Refusal | undefined) => void = () => undefined
  #fail: (error: unknown) => void = () => undefined

  constructor(call: Call, deps: GatewayDeps) {
    this.#call = call
    this.#deps = deps
    this.done = new Promise((resolve, reject) => {
      this.#finish = resolve
      this.#fail = reject
    })
    // Whoever left while the request was being recorded is not told of again.
    this.#clientGone = call.response.destroyed
    call.response.once('close', () => {
      if (call.response.writableFinished) return
      this.#clientGone = true
      this.#controller?.abort(new Error('the client went away'))
    })
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#clientGone) controller.abort(new Error('the client went away'))
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
    statusMessage?: string,
  ): void {
    if (status < 200) return
    const { response, endpoint, requested } = this.#call
    this.#status = status
    this.#contentType = String(headers['content-type'] ?? '')
    this.#contentEncoding = headers['content-encoding']
    if (requested) {
      this.#reader = createResponseReader(endpoint, { status, contentType: this.#contentType })
    }
    // With a length given, the client would take the last event for the end whenever it comes.
    const isOpenEnded = headers['content-length'] === undefined
    const isStream = endpoint.stream || this.#contentType.startsWith('text/event-stream')
    this.#held = new HeldBack(response, isOpenEnded && isStream)
    response.writeHead(status, statusMessage, { ...passedBack(headers), 'x-custody-call': this.#call.id })
    // Not flushHeaders, which sends text as UTF-8 where the vendor's bytes are meant. A whole answer brings its own.
    if (isStream) response.write(Buffer.alloc(0))
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#firstByteMs ??= this.#deps.clock.monotonic()
    this.#keep(chunk)
    const terminal = this.#reader?.push(chunk).terminal ?? false
    const flowing = this.#held?.pass(chunk, terminal) ?? true
    if (flowing) return
    controller.pause()
    this.#call.response.once('drain', () => controller.resume())
  }

  onResponseEnd(): void {
    this.#record('completed').then((recorded) => {
      if (recorded) this.#held?.release()
      else this.#call.response.destroy()
      this.#finish(undefined)
    }, this.#fail)
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const outcome: AnswerOutcome = this.#clientGone
      ? 'client-gone'
      : this.#status === 0
        ? 'upstream-failed'
        : 'cut'
    this.#record(outcome, error).then(() => {
      if (outcome === 'upstream-failed') {
        this.#finish(unreachable(error))
        return
      }
      this.#call.response.destroy()
      this.#finish(undefined)
    }, this.#fail)
  }

  #keep(chunk: Buffer): void {
    this.#bytes += chunk.byteLength
    if (this.#keptBytes + chunk.byteLength > MAX_KEPT_BYTES) return
    this.#keptBytes += chunk.byteLength
    this.#kept.push(chunk)
  }

  /** False when the answer could not be recorded: then its end must not be released. */
  async #record(outcome: AnswerOutcome, error?: Error): Promise<boolean> {
    if (!this.#call.requested) return true
    const { clock } = this.#deps
    const facts = this.#reader?.finish()
    // A stream that ends in good order but before its protocol's last event was cut all the same.
    const isCut = outcome === 'completed' && this.#status < 300 && facts?.complete === false
    return recordAnswer(this.#call, this.#deps, {
      outcome: isCut ? 'cut' : outcome,
      ...(error === undefined ? {} : { errorCode: errorCode(error) }),
      status: this.#status,
      facts,
      contentType: this.#contentType,
      contentEncoding: this.#contentEncoding,
      body: Buffer.concat(this.#kept),
      bytes: this.#bytes,
      latencyMs: Math.round(clock.monotonic() - this.#call.startedMs),
      firstByteMs:
        this.#firstByteMs === undefined ? undefined : Math.round(this.#firstByteMs - this.#call.startedMs),
    })
  }
}

function passedBack(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  const kept: Record<string, string | string[]> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !HOP_BY_HOP.has(name)) kept[name] = value
  }
  return kept
}

/** The client library's code for what went wrong, never its text, which may quote an address or a header. */
function errorCode(error: Error): string {
  const code = (error as { code?: unknown }).code
  return typeof code === 'string' && /^[A-Z0-9_]{1,60}$/.test(code) ? code : 'UNKNOWN'
}

function unreachable(error: Error): Refusal {
  const code = errorCode(error)
  return code.endsWith('TIMEOUT')
    ? refuse('upstream-timeout', `The vendor did not answer in time (${code}); try again later.`)
    : refuse(
        'upstream-unreachable',
        `The vendor could not be reached (${code}); check the network and gateway.upstreams.`,
      )
}
