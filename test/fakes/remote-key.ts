import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import type { ExternalKey, KeyUse } from '../../src/recording/ledger/index.ts'

/** What goes wrong at a key service: nothing, no answer, another key, rubbish, too much, or an error. */
export type Trouble = 'none' | 'hangs' | 'wrong-key' | 'rubbish' | 'endless' | 'fails'

/** A key behind a service over real HTTP: it holds a key, signs what is posted to it and shows the key to nobody. */
export class RemoteKey implements AsyncDisposable {
  readonly token = 'key-service-token'
  readonly use: KeyUse
  readonly #server: Server
  readonly #key: { readonly publicKey: KeyObject; readonly privateKey: KeyObject }
  readonly #stranger: KeyObject
  trouble: Trouble = 'none'
  /** How many signatures it has given. */
  signed = 0

  private constructor(use: KeyUse) {
    this.use = use
    this.#key = keyPair(use)
    this.#stranger = keyPair(use).privateKey
    this.#server = createServer((request, response) => {
      if (request.headers.authorization !== `Bearer ${this.token}`) response.writeHead(401).end()
      else void buffer(request).then((bytes) => this.#answer(bytes, response))
    })
  }

  static async start(use: KeyUse): Promise<RemoteKey> {
    const service = new RemoteKey(use)
    await new Promise<void>((resolve) => {
      service.#server.listen(0, '127.0.0.1', resolve)
    })
    return service
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/sign`
  }

  get spkiDer(): Uint8Array {
    return this.#key.publicKey.export({ format: 'der', type: 'spki' })
  }

  /** As the configuration of a server names it. */
  as(name: string, timeoutMs = 1_000): ExternalKey {
    const { use, url, spkiDer, token } = this
    return { name, use, url, spkiDer, timeoutMs, token: () => token }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve())
    })
    this.#server.closeAllConnections()
    await closed
  }

  #answer(bytes: Buffer, response: ServerResponse): void {
    const digest = this.use === 'log' ? null : 'sha256'
    const answers: Readonly<Record<Trouble, () => void>> = {
      none: () => {
        this.signed++
        response.end(sign(digest, bytes, this.#key.privateKey))
      },
      hangs: () => undefined,
      'wrong-key': () => response.end(sign(digest, bytes, this.#stranger)),
      rubbish: () => response.end('OK'),
      endless: () => response.end(Buffer.alloc(1_000_000)),
      fails: () => response.writeHead(500).end('stack'),
    }
    answers[this.trouble]()
  }
}

function keyPair(use: KeyUse) {
  return use === 'log'
    ? generateKeyPairSync('ed25519')
    : generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
}
