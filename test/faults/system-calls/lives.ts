import { cp, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { createLedgerKeys } from '../../../src/recording/ledger/index.ts'
import { type Injection, type Life, runLife, type Work } from './strace.ts'
import type { Told } from './told.ts'
import { readTrace, type Step } from './trace.ts'

/** A directory from which lives begin, again and again the same, and what was told in earlier lives there. */
export interface Beginning {
  readonly directory: string
  readonly told: readonly Told[]
}

/** Where lives are lived; goes away with all its directories. */
export class Lives implements AsyncDisposable {
  readonly home: string
  #count = 0

  private constructor(home: string) {
    this.home = home
  }

  static async begin(): Promise<Lives> {
    return new Lives(await mkdtemp(join(tmpdir(), 'custody-lives-')))
  }

  /** Keys, and nothing else. */
  async first(): Promise<Beginning> {
    const directory = join(this.home, 'first')
    await mkdir(directory)
    await createLedgerKeys(join(directory, 'keys'), 'ledger.example/v1')
    return { directory, told: [] }
  }

  /** What a life leaves behind that ended without closing anything. */
  async afterOne(first: Beginning): Promise<Beginning> {
    const { directory, told } = await this.live(first, { work: 'small', ending: 'leave' })
    return { directory, told }
  }

  /** A copy of the beginning in which nobody has lived yet. */
  async copyOf({ directory }: Beginning): Promise<string> {
    const copy = join(this.home, String(this.#count++))
    await cp(directory, copy, { recursive: true })
    return copy
  }

  /** Lives once from a beginning; `place` is relative to the directory. */
  async live(
    from: Beginning,
    how: { readonly work: Work; readonly ending: 'close' | 'leave'; readonly inject?: Injection },
  ): Promise<Life & { readonly directory: string; readonly record: string }> {
    const directory = await this.copyOf(from)
    const record = `${directory}.trace`
    const { inject } = how
    const at = inject === undefined ? {} : { inject: { ...inject, path: join(directory, inject.path) } }
    const life = await runLife({ ...how, ...at, directory, record })
    return { ...life, told: [...from.told, ...life.told], directory, record }
  }

  /** The steps of an undisturbed life from a beginning. */
  async stepsFrom(from: Beginning, work: Work): Promise<readonly Step[]> {
    const { directory, record } = await this.live(from, { work, ending: 'close' })
    const steps = await readTrace(record, { directory, before: await sizesIn(from.directory) })
    await this.forget(directory)
    return steps
  }

  async forget(directory: string): Promise<void> {
    await rm(directory, { recursive: true, force: true })
    await rm(`${directory}.trace`, { force: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.home, { recursive: true, force: true })
  }
}

async function sizesIn(directory: string): Promise<ReadonlyMap<string, number>> {
  const sizes = new Map<string, number>()
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile()) sizes.set(relative(directory, path), (await stat(path)).size)
  }
  return sizes
}
