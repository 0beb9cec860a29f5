import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { LogPublisher } from '../../src/recording/ledger/index.ts'
import { logFilesAt } from '../../src/recording/log-files/index.ts'
import { nodeCrypto } from '../../src/recording/node-crypto/index.ts'
import { type LogReport, verifyLog } from '../../src/recording/verify/index.ts'
import type { Disk } from '../../src/storage/index.ts'
import { MemorySource } from './memory-source.ts'

/** A published log of a source in memory, in a directory that is removed with it. */
export class PublishedLog implements Disposable {
  readonly root = mkdtempSync(join(tmpdir(), 'custody-log-'))
  readonly directory = join(this.root, 'log')
  readonly source: MemorySource

  constructor(source = new MemorySource()) {
    this.source = source
  }

  /** A publisher that starts, with whatever is published already. */
  open(disk?: Disk): Promise<LogPublisher> {
    return LogPublisher.open({
      source: this.source,
      vkey: this.source.log.key,
      directory: this.directory,
      temporary: join(this.root, 'log-tmp'),
      ...(disk === undefined ? {} : { disk }),
    })
  }

  path(name: string): string {
    return join(this.directory, name)
  }

  /** Every file of the log below its directory, sorted. */
  names(): string[] {
    return readdirSync(this.directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(this.directory, join(entry.parentPath, entry.name)))
      .sort()
  }

  files(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.names().map((name) => [name, readFileSync(this.path(name), 'hex')]))
  }

  verify(options: { vkeys?: readonly string[]; oldCheckpoint?: Uint8Array } = {}): Promise<LogReport> {
    return verifyLog(logFilesAt(this.directory), {
      crypto: nodeCrypto,
      vkeys: [this.source.log.vkey],
      ...options,
    })
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true })
  }
}

/** What a report complains about, as one text. */
export function complaintsOf(report: LogReport): string {
  return Object.values(report.checks)
    .flatMap((check) => check.problems)
    .join('\n')
}
