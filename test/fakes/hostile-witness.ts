import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** What a hostile witness answers to one request; undefined: nothing, ever. */
export type Reply = { readonly status?: number; readonly type?: string; readonly body: string } | undefined

/** A witness over real HTTP that answers whatever it is told to, and counts who asks. */
export class HostileWitness implements AsyncDisposable {
  readonly #server: Server
  readonly bodies: string[] = []
  reply: (body: string) => Reply | Promise<Reply> = () => undefined

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response))
  }

  static async start(): Promise<HostileWitness> {
    const witness = new HostileWitness()
    await new Promise<void>((resolve) => {
      witness.#server.listen(0, '127.0.0.1', resolve)
    })
    return witness
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve())
    })
    this.#server.closeAllConnections()
    await closed
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request)
    this.bodies.push(body)
    const reply = await this.reply(body)
    if (reply === undefined) return
    response.writeHead(reply.status ?? 200, { 'content-type': reply.type ?? 'text/plain' }).end(reply.body)
  }
}
