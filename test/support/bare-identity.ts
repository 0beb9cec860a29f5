import { createSecretKey } from 'node:crypto'
import { join } from 'node:path'
import { Identity, type IdentityTables } from '../../src/governing/identity/index.ts'
import { createIds, systemRandom } from '../../src/kernel/index.ts'
import type { RecordedEvent } from '../../src/recording/record/index.ts'
import { Vault, type VaultTables } from '../../src/recording/vault/index.ts'
import { type Database, openDatabase } from '../../src/storage/index.ts'
import type { BareLedger } from './bare-ledger.ts'
import { bareLedgerOn, type Engine } from './engines.ts'
import { SetClock } from './forgetful-custody.ts'

/** Cheap, so that tests of what surrounds a hash are quick. */
const QUICK_HASH = { memoryKib: 64, passes: 1, parallelism: 1 }

/** Identities on a real ledger, under a clock that the test sets, without a server around them. */
export class BareIdentity implements AsyncDisposable {
  readonly clock = new SetClock('2026-11-21T12:00:00.000Z')
  readonly identity: Identity
  readonly #bare: BareLedger
  readonly #database: Database

  private constructor(bare: BareLedger, database: Database) {
    this.#bare = bare
    this.#database = database
    this.identity = this.another()
  }

  static async start(engine: Engine = 'sqlite'): Promise<BareIdentity> {
    const bare = await bareLedgerOn(engine)
    await bare.start()
    return new BareIdentity(bare, await openDatabase(bare.place))
  }

  /** What another process on the same database has: its own memory, and the same rows. */
  another(passwordCost = QUICK_HASH): Identity {
    const { ledger, directory } = this.#bare
    const { clock } = this
    const ids = createIds(clock, systemRandom)
    const reader = this.#database.reader<IdentityTables & VaultTables>()
    const vault = new Vault({
      ...{ reader, clock, ids },
      key: Buffer.alloc(32, 7),
      directory: join(directory, 'parts'),
      write: (writes) => ledger.write(writes),
    })
    return new Identity({
      ...{ ledger, reader, clock, ids, vault, passwordCost },
      random: systemRandom,
      runTokenKey: createSecretKey(Buffer.alloc(32, 9)),
      report: (error) => {
        throw error
      },
    })
  }

  /** An active administrator, as every installation has. */
  async administrator() {
    const { directory, roleGrants } = this.identity
    const ada = { name: 'Ada Lovelace', email: 'ada@example.test', emailVerified: true }
    const person = await directory.add(ada, 'system')
    await roleGrants.grant(person.id, { role: 'administrator', scope: 'organisation' }, 'system')
    return person
  }

  /** Everything in the ledger, in order. */
  async events(): Promise<readonly RecordedEvent[]> {
    const entries = await this.#bare.ledger.entriesFrom(0, 10_000)
    return entries.map(({ body }) => JSON.parse(Buffer.from(body).toString()) as RecordedEvent)
  }

  /** Makes a run known to nobody but its token. */
  async mintRunToken(sponsor: `per_${string}`, lifetimeMs = 900_000) {
    const run = createIds(this.clock, systemRandom)('run')
    const binding = { run, workflow: 'code-change', sponsor }
    const { token, write } = this.identity.runTokens.mint(binding, lifetimeMs)
    await this.#bare.ledger.write([write])
    return { run, token }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#database.close()
    await this.#bare[Symbol.asyncDispose]()
  }
}
