import { connectPostgres, type PostgresSession } from '../../storage/index.ts'
import type { CheckpointSigner } from './checkpoints.ts'
import { ledgerFailures } from './failures.ts'

/**
 * Signing where several servers sign for one ledger: one after the other, each knowing what was signed last. A note is
 * in this server's own journal and in the database before it is handed out, so sizes never fall for anybody.
 */
export class SharedCheckpoints {
  readonly #url: string
  readonly #local: CheckpointSigner
  #session: PostgresSession | undefined
  #queue: Promise<unknown> = Promise.resolve()

  constructor(url: string, local: CheckpointSigner) {
    this.#url = url
    this.#local = local
  }

  /** As `CheckpointSigner.sign`; rejects with `ledger.unreachable` when the database cannot be asked. */
  sign(size?: number): Promise<string> {
    const next = this.#queue.then(() => this.#signLocked(size))
    this.#queue = next.catch(() => undefined)
    return next
  }

  async close(): Promise<void> {
    await this.#queue
    await this.#session?.close()
  }

  async #signLocked(size: number | undefined): Promise<string> {
    try {
      const session = await this.#connected()
      await session.query('BEGIN')
      await session.query(`SELECT pg_advisory_xact_lock(${SIGNING_LOCK})`)
      // After a failover the database may lack what this server has signed.
      await this.#local.confirm()
      const [last] = await session.query<LastRow>(LAST)
      // Checked against the entries like our own: whoever signed it, it must be a prefix of what is stored.
      if (last !== undefined) await this.#local.adopt(last.note)
      const note = await this.#local.sign(size)
      const signedSize = this.#local.signedSize ?? 0
      if (last === undefined || last.size < signedSize) await session.query(INSERT, [signedSize, note])
      await session.commit()
      return note
    } catch (error) {
      await this.#session?.close()
      throw toFailure(error)
    }
  }

  async #connected(): Promise<PostgresSession> {
    if (this.#session?.isOpen !== true) this.#session = await connectPostgres(this.#url)
    return this.#session
  }
}

/** Any number that nobody else on the server is likely to lock. */
const SIGNING_LOCK = 4_880_002

const LAST = 'SELECT size, note FROM signed_checkpoints ORDER BY size DESC LIMIT 1'
const INSERT = 'INSERT INTO signed_checkpoints (size, note) VALUES (?, ?)'

interface LastRow {
  readonly size: number
  readonly note: string
}

function toFailure(error: unknown): unknown {
  const isAboutDatabase = (error as { readonly name?: string }).name !== 'Failure'
  if (!isAboutDatabase) return error
  const message = 'The database cannot be reached, so no checkpoint can be handed out; try again in a moment.'
  return ledgerFailures.create('unreachable', message, { cause: error })
}
