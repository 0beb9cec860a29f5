import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { migrate, openWriter } from '../../storage/index.ts'
import type { AppendUnit, UnitOutcome } from './append.ts'
import { type PackedUnit, unpackUnit } from './packed-unit.ts'
import { EntryStore } from './store.ts'
import { EntryWriter, type Projection } from './writer.ts'

/** What the main thread gives the writer thread at its start. */
export interface WriterOptions {
  readonly databasePath: string
  readonly node: string
}

/** To the thread: units to write, in order, or the wish to end. From the thread: their outcomes, in the same order. */
export type ToWriter = { readonly units: readonly PackedUnit[] } | { readonly close: true }
export type FromWriter =
  | { readonly ready: true; readonly size: number }
  | { readonly outcomes: readonly UnitOutcome[] }
  | { readonly closed: true }

/** How much goes into one transaction at most: a group commit costs one sync, however many wait. */
const MAX_ENTRIES_PER_COMMIT = 4096

/**
 * Runs the writer in this worker thread until it is told to close. Everything that has been sent while a commit was
 * running goes into the next one. The composition root's worker file calls this with the projections of all modules.
 */
export function serveWriter(projections: readonly Projection[]): void {
  if (parentPort === null) throw new Error('the ledger writer runs in a worker thread')
  const port = parentPort
  const { databasePath, node } = workerData as WriterOptions
  const database = openWriter(databasePath)
  migrate(database)
  const writer = new EntryWriter({ store: new EntryStore(database), projections, node })
  reply(port, { ready: true, size: writer.size })
  port.on('message', (first: ToWriter) => {
    const { units, close } = drain(port, first)
    for (const batch of batches(units)) reply(port, { outcomes: writer.commit(batch) })
    if (!close) return
    database.close()
    reply(port, { closed: true })
    port.close()
  })
}

function drain(port: MessagePort, first: ToWriter): { units: AppendUnit[]; close: boolean } {
  const units: AppendUnit[] = []
  let close = false
  for (let next: ToWriter | undefined = first; next !== undefined; next = receive(port)) {
    if ('close' in next) close = true
    else units.push(...next.units.map(unpackUnit))
  }
  return { units, close }
}

function receive(port: MessagePort): ToWriter | undefined {
  return receiveMessageOnPort(port)?.message as ToWriter | undefined
}

function* batches(units: readonly AppendUnit[]): Generator<AppendUnit[]> {
  let batch: AppendUnit[] = []
  let entries = 0
  for (const unit of units) {
    batch.push(unit)
    entries += unit.entries.length
    if (entries < MAX_ENTRIES_PER_COMMIT) continue
    yield batch
    batch = []
    entries = 0
  }
  if (batch.length > 0) yield batch
}

function reply(port: MessagePort, message: FromWriter): void {
  port.postMessage(message)
}
