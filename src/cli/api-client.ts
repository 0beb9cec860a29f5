import { request } from 'undici'
import { Failure, type FailureKind, KINDS } from '../kernel/index.ts'
import { cliFailures } from './failures.ts'

/** Calls a server's API as one person. Problems come back as the Failures they are on the server. */
export class ApiClient {
  readonly #url: string
  readonly #token: string

  constructor(url: string, token: string) {
    this.#url = url
    this.#token = token
  }

  get url(): string {
    return this.#url
  }

  async get<Body>(path: string): Promise<Body> {
    return JSON.parse((await this.#call('GET', path)).toString()) as Body
  }

  /** Waits as long as it takes, unless `patienceMs` says otherwise. */
  async post<Body>(path: string, body: unknown, patienceMs?: number): Promise<Body> {
    const signal = patienceMs === undefined ? undefined : AbortSignal.timeout(patienceMs)
    return JSON.parse((await this.#call('POST', path, JSON.stringify(body), signal)).toString()) as Body
  }

  async put<Body>(path: string, body: unknown): Promise<Body> {
    return JSON.parse((await this.#call('PUT', path, JSON.stringify(body))).toString()) as Body
  }

  async delete<Body>(path: string): Promise<Body> {
    return JSON.parse((await this.#call('DELETE', path)).toString()) as Body
  }

  download(path: string): Promise<Buffer> {
    return this.#call('GET', path)
  }

  /** The answer as it comes; it throws instead of ending when the connection breaks before the end. */
  async stream(path: string): Promise<AsyncIterable<Uint8Array>> {
    const headers = { authorization: `Bearer ${this.#token}` }
    const { statusCode, body } = await this.#request(path, { method: 'GET', headers })
    if (statusCode >= 400) throw toFailure(await body.text())
    return body
  }

  async #call(method: Method, path: string, body?: string, signal?: AbortSignal): Promise<Buffer> {
    const headers = {
      authorization: `Bearer ${this.#token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    }
    const { statusCode, bytes } = await this.#send(path, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      ...(signal === undefined ? {} : { signal }),
    })
    if (statusCode < 400) return bytes
    throw toFailure(bytes.toString())
  }

  async #send(path: string, options: Sending) {
    const { statusCode, body } = await this.#request(path, options)
    try {
      return { statusCode, bytes: Buffer.from(await body.arrayBuffer()) }
    } catch (cause) {
      throw this.#unreachable(cause)
    }
  }

  async #request(path: string, options: Sending) {
    try {
      return await request(`${this.#url}${path}`, { ...options, headersTimeout: 0, bodyTimeout: 0 })
    } catch (cause) {
      throw this.#unreachable(cause)
    }
  }

  #unreachable(cause: unknown): Failure {
    const message = `The server at ${this.#url} does not answer; start it with "custody serve".`
    return cliFailures.create('server-unreachable', message, { cause })
  }
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

interface Sending {
  readonly method: Method
  readonly headers: Record<string, string>
  readonly body?: string
  readonly signal?: AbortSignal
}

function toFailure(text: string): Failure {
  try {
    const { code, kind, detail, errors } = JSON.parse(text) as Record<string, unknown>
    if (typeof code === 'string' && typeof kind === 'string' && kind in KINDS) {
      const problems = Array.isArray(errors) ? (errors as Failure['problems']) : []
      return new Failure(code, kind as FailureKind, String(detail), { problems })
    }
  } catch {
    // Not a problem document: something else listens there.
  }
  return cliFailures.create(
    'server-answer',
    'The server answered something unexpected; is it a Custody server of this version?',
  )
}
