import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, inject, it } from 'vitest'
import { checkLedger, openLedgerKeys } from '../../src/recording/ledger/index.ts'
import { BareLedger, draft, temporaryDirectory } from '../support/bare-ledger.ts'
import { eventually } from '../support/eventually.ts'
import { createDatabase, execute } from '../support/postgres/databases.ts'

const PROGRAM = new URL('./appending-process.ts', import.meta.url).pathname
const ENOUGH = 60

/** A ledger in PostgreSQL whose keys several directories share. */
async function sharedLedger(): Promise<{ first: BareLedger; url: string }> {
  const url = await createDatabase(inject('postgresUrl'))
  const first = new BareLedger(temporaryDirectory(), { engine: 'postgres', url })
  await first.start()
  return { first, url }
}

function siblingOf({ directory, place }: BareLedger): BareLedger {
  const sibling = new BareLedger(temporaryDirectory(), place)
  cpSync(join(directory, 'keys'), join(sibling.directory, 'keys'), { recursive: true })
  return sibling
}

class AppendingProcess {
  /** What it was told to be durable, by id. */
  readonly acknowledged = new Map<string, number>()
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>

  constructor(directory: string, url: string) {
    this.#child = spawn(process.execPath, [PROGRAM, directory, url], { stdio: ['ignore', 'pipe', 'inherit'] })
    this.#ended = once(this.#child, 'close')
    if (this.#child.stdout === null) throw new Error('no pipe')
    createInterface(this.#child.stdout).on('line', (line) => {
      const [id, index] = line.split(' ')
      if (id !== undefined && index !== undefined) this.acknowledged.set(id, Number(index))
    })
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended
  }
}

async function expectWhole(first: BareLedger, acknowledged: ReadonlyMap<string, number>): Promise<void> {
  const { ledger, directory, place } = first
  if (place.engine === 'postgres') await eventually('what was sent is done', () => isQuiet(place.url))
  const stored = new Map((await ledger.entriesFrom(0, 1_000_000)).map((entry) => [entry.recordId, entry]))
  for (const [id, index] of acknowledged) expect(stored.get(id)?.index).toBe(index)
  expect([...stored.values()].map(({ index }) => index)).toEqual([...stored.keys()].map((_, i) => i))
  const runs = Map.groupBy(stored.values(), (entry) => entry.run)
  for (const [run, entries] of runs) {
    if (run === undefined) continue
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, i) => i))
    expect((await ledger.entriesOfRun(run)).map(({ index }) => index)).toEqual(
      entries.map(({ index }) => index),
    )
  }
  const { vkey } = (await openLedgerKeys(join(directory, 'keys'))).log
  const places = { journalDirectory: join(directory, 'signed'), logDirectory: join(directory, 'log') }
  expect((await checkLedger({ database: place, ...places, vkey })).findings).toEqual([])
}

/** A process that was killed may have sent a batch that the database is still storing. */
async function isQuiet(url: string): Promise<boolean> {
  const busy = await execute(
    url,
    `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'`,
  )
  return busy.length === 0
}

it('keeps one gapless ledger of several processes, one of which is killed while it appends [REC-12]', async () => {
  const { first, url } = await sharedLedger()
  await using _ = first
  const siblings = [siblingOf(first), siblingOf(first), siblingOf(first)]
  const processes = siblings.map(({ directory }) => new AppendingProcess(directory, url))
  const haveAll = (count: number) => () => processes.every(({ acknowledged }) => acknowledged.size >= count)
  try {
    await eventually('all processes append', haveAll(ENOUGH), 20_000)
    await processes[0]?.kill()
    const others = processes.slice(1)
    const soFar = others.map(({ acknowledged }) => acknowledged.size)
    const goOn = () => others.every(({ acknowledged }, i) => acknowledged.size > (soFar[i] ?? 0) + ENOUGH)
    await eventually('the others go on', goOn, 20_000)
    await first.ledger.checkpoint()
  } finally {
    await Promise.all(processes.map((one) => one.kill()))
  }
  await expectWhole(first, new Map(processes.flatMap(({ acknowledged }) => [...acknowledged])))
}, 60_000)

it('loses nothing that it acknowledged when its connections are ended again and again, and goes on', async () => {
  const { first, url } = await sharedLedger()
  await using _ = first
  const sibling = siblingOf(first)
  const appending = new AppendingProcess(sibling.directory, url)
  try {
    await eventually('it appends', () => appending.acknowledged.size >= ENOUGH, 20_000)
    for (let round = 0; round < 8; round++) {
      const before = appending.acknowledged.size
      await execute(url, ENDING)
      await eventually('it goes on', () => appending.acknowledged.size > before + 4, 20_000)
    }
  } finally {
    await appending.kill()
  }
  await expectWhole(first, appending.acknowledged)
}, 60_000)

const ENDING = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid()`

it('never signs two checkpoints that disagree, nor a smaller one, whichever server signs', async () => {
  const { first } = await sharedLedger()
  await using _ = first
  await using second = siblingOf(first)
  const other = await second.start()
  const sizes: number[] = []
  for (let round = 0; round < 6; round++) {
    const signer = round % 2 === 0 ? first.ledger : other
    await Promise.all([first.ledger, other].map((ledger) => ledger.append(draft('recording.started'))))
    const notes = await Promise.all([signer.checkpoint(), first.ledger.checkpoint(), other.checkpoint()])
    sizes.push(...notes.map((note) => Number(note.split('\n')[1])))
    expect(new Set(notes).size).toBe(1)
  }
  expect(sizes).toEqual(sizes.toSorted((a, b) => a - b))
})
