import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodeCrypto } from '../../src/recording/node-crypto/index.ts'
import { type BundleReport, verifyBundle } from '../../src/recording/verify/index.ts'
import {
  type CustodyServer,
  type DataDirectory,
  dataDirectoryAt,
  type Initialised,
  initialise,
  startServer,
} from '../../src/server/index.ts'
import { DurableView } from './durable-view.ts'
import { type Answered, type Arriving, open, type Sending, send } from './http-client.ts'

/** What the vendors' keys are in every test. */
export const VENDOR_KEYS = {
  anthropic: 'vendor-key-anthropic',
  openai: 'vendor-key-openai',
  gemini: 'vendor-key-gemini',
} as const

type Settings = Parameters<typeof startServer>[1]['settings']
export type Vendor = keyof typeof VENDOR_KEYS

export interface RunningCustodyOptions {
  /** Where all three vendors are; without it no vendor has a key. */
  readonly upstream?: string
  readonly headersTimeoutMs?: number
  readonly settings?: Partial<Settings>
  /** A directory to make the installation in; a temporary one otherwise. */
  readonly root?: string
}

export interface OpenedRun {
  readonly run: string
  readonly token: string
}

/** The real server in this process, on a free port and a data directory of its own, with one person signed in. */
export class RunningCustody implements AsyncDisposable {
  readonly directory: DataDirectory
  readonly person: Initialised
  /** Every line the server reported. */
  readonly reported: string[] = []
  readonly #settings: Settings
  readonly #ownsRoot: boolean
  #server: CustodyServer | undefined

  private constructor(made: {
    directory: DataDirectory
    person: Initialised
    options: RunningCustodyOptions
  }) {
    this.directory = made.directory
    this.person = made.person
    this.#settings = settingsFor(made.options)
    this.#ownsRoot = made.options.root === undefined
  }

  static async start(options: RunningCustodyOptions = {}): Promise<RunningCustody> {
    const custody = await RunningCustody.prepare(options)
    await custody.start()
    return custody
  }

  /** Makes the data directory and stops there. */
  static async prepare(options: RunningCustodyOptions = {}): Promise<RunningCustody> {
    const root = options.root ?? (await mkdtemp(join(tmpdir(), 'custody-test-')))
    const directory = dataDirectoryAt(join(root, 'data'))
    const url = options.settings?.database
    const database = url === undefined ? undefined : { url, keep: false }
    const person = await initialise(directory, 'Ada Lovelace <ada@example.test>', database)
    return new RunningCustody({ directory, person, options })
  }

  /** An installation that is there already; it is not removed afterwards. */
  static existing(root: string, person: Initialised, options: RunningCustodyOptions = {}): RunningCustody {
    const directory = dataDirectoryAt(join(root, 'data'))
    return new RunningCustody({ directory, person, options: { ...options, root } })
  }

  async start(settings: Partial<Settings> = {}): Promise<void> {
    this.#server = await startServer(this.directory, {
      host: '127.0.0.1',
      port: 0,
      settings: { ...this.#settings, ...settings },
      report: (line) => this.reported.push(line),
    })
  }

  async stop(graceMs?: number): Promise<void> {
    const server = this.#server
    this.#server = undefined
    await server?.close(graceMs)
  }

  get server(): CustodyServer {
    if (this.#server === undefined) throw new Error('the server is not running')
    return this.#server
  }

  get url(): string {
    return this.server.url
  }

  /** Calls the API as the signed-in person, or with another session (`''`: with none). */
  api(
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
    session = this.person.session,
  ): Promise<Answered> {
    const headers = {
      ...(session === '' ? {} : { authorization: `Bearer ${session}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    }
    return send(`${this.url}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  }

  async openRun(task = 'Update the packages', session = this.person.session): Promise<OpenedRun> {
    const body = { workflow: 'code-change', task: Buffer.from(task).toString('base64') }
    const answer = await this.api(
      'POST',
      '/v1/runs',
      { ...body, agentKind: 'generic', repositories: 0 },
      session,
    )
    if (answer.status !== 201) throw new Error(`the run was not opened: ${answer.body.toString()}`)
    const { run, token } = answer.json() as { run: string; token: string }
    return { run, token }
  }

  closeRun({ run }: OpenedRun): Promise<Answered> {
    return this.api('POST', `/v1/runs/${run}/close`, { exitCode: 0, durationMs: 1000 })
  }

  /** Sends a model call with the run's token in `x-api-key`; headers of `sending` come on top. */
  call(path: string, token: string, sending: Sending = {}): Promise<Answered> {
    return send(`${this.url}/gateway${path}`, withToken(token, sending))
  }

  /** The same, with the answer handed over while it arrives. */
  stream(path: string, token: string, sending: Sending = {}): Promise<Arriving> {
    return open(`${this.url}/gateway${path}`, withToken(token, sending))
  }

  /** What is on disk, through a connection of its own. */
  durable(): DurableView {
    return new DurableView(this.directory.database)
  }

  /** The bodies of the run's events by `KIND/NAME`, or by `EVENT/NAME` as well. */
  async parts(run: string): Promise<Map<string, Buffer>> {
    using view = this.durable()
    const events = view.events(run)
    const kinds = new Map(events.map((event) => [event.id as string, event.kind]))
    const parts = await this.server.services.vault.disclose([...kinds.keys()])
    return new Map(
      parts.flatMap(({ event, name, body }) => [
        [`${kinds.get(event)}/${name}`, Buffer.from(body)] as const,
        [`${event}/${name}`, Buffer.from(body)] as const,
      ]),
    )
  }

  /** Exports the run's bundle and verifies it offline against the ledger's public key. */
  async verifiedBundle(run: string): Promise<BundleReport> {
    const { status, body } = await this.api('GET', `/v1/runs/${run}/bundle`)
    if (status !== 200) throw new Error(`no bundle: ${body.toString()}`)
    return verifyBundle(body, { crypto: nodeCrypto, pinnedVkeys: [this.person.vkey] })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop(0)
    if (this.#ownsRoot) await rm(join(this.directory.root, '..'), { recursive: true, force: true })
  }
}

function settingsFor({ upstream, headersTimeoutMs = 60_000, settings }: RunningCustodyOptions): Settings {
  const vendor = (key: string) => ({
    url: upstream ?? '',
    key,
    headersTimeoutMs,
    bodyTimeoutMs: 60_000,
  })
  return {
    upstreams:
      upstream === undefined
        ? {}
        : {
            anthropic: vendor(VENDOR_KEYS.anthropic),
            openai: vendor(VENDOR_KEYS.openai),
            gemini: vendor(VENDOR_KEYS.gemini),
          },
    maxBodyBytes: 32_000_000,
    abandonAfterMs: 60_000,
    tokenLifetimeMs: 3_600_000,
    recorder: 'server',
    ...settings,
  }
}

function withToken(token: string, sending: Sending): Sending {
  return {
    ...sending,
    headers: { 'content-type': 'application/json', 'x-api-key': token, ...sending.headers },
  }
}
