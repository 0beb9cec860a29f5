import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createIds, systemClock, systemRandom } from '../../src/kernel/index.ts'
import type { RecordedEvent } from '../../src/recording/record/index.ts'
import { projectVault, Vault, type VaultTables } from '../../src/recording/vault/index.ts'
import { createReader, migrate, openWriter, toSqlParameters, type Write } from '../../src/storage/index.ts'

/** A vault over a database of its own, without a ledger around it; the directory is removed when it goes out of scope. */
export class ScratchVault implements Disposable {
  readonly directory = mkdtempSync(join(tmpdir(), 'custody-vault-'))
  readonly parts = join(this.directory, 'parts')
  readonly database = openWriter(join(this.directory, 'ledger.db'))
  readonly reader = createReader<VaultTables>(this.database)
  vault: Vault

  constructor() {
    migrate(this.database)
    this.vault = this.reopened()
  }

  /** The vault as another process sees it: nothing is remembered. */
  reopened(): Vault {
    this.vault = new Vault({
      key: Buffer.alloc(32, 7),
      reader: this.reader,
      directory: this.parts,
      clock: systemClock,
      ids: createIds(systemClock, systemRandom),
      write: (writes) => Promise.resolve(this.run(writes)),
    })
    return this.vault
  }

  run(writes: readonly Write[]): void {
    for (const { sql, parameters } of writes) this.database.prepare(sql).run(...toSqlParameters(parameters))
  }

  /** Does what an event does when it is appended as entry `index`. */
  project(event: Pick<RecordedEvent, 'kind' | 'data'>, index: number): void {
    this.run(projectVault(event as RecordedEvent, index))
  }

  /** Every file below the directory, with its bytes. */
  files(): Map<string, Buffer> {
    const found = readdirSync(this.directory, { recursive: true, withFileTypes: true })
    const paths = found.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name))
    return new Map(paths.map((path) => [path, readFileSync(path)]))
  }

  [Symbol.dispose](): void {
    this.database.close()
    rmSync(this.directory, { recursive: true, force: true })
  }
}
