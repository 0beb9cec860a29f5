import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { openWriter } from '../../../storage/index.ts'
import { type PackedOutcomes, packOutcomes } from './packed-outcomes.ts'
import { type PackedTurn, unpackTurn } from './packed-turn.ts'
import type { Projection } from './plan-batch.ts'
import type { PreparedUnit } from './prepared-unit.ts'
import { SqliteStore } from './sqlite-store.ts'
import { SqliteWriter } from './sqlite-writer.ts'
import { takeBatch } from './take-batch.ts'

/** What the main thread gives the writer thread at its start. */
export interface WriterOptions {
  readonly databasePath: string
  /** Where compiled code is kept, when it is. */
  readonly codeCache?: string
}

/** To the thread: units to write, in order, or the wish to end. From the thread: their outcomes, in the same order. */
export type ToWriter = { readonly turn: PackedTurn } | { readonly close: true }
export type FromWriter =
  | { readonly ready: true }
  | { readonly outcomes: PackedOutcomes }
  | { readonly closed: true }

/**
 * Runs the writer in this worker thread until it is told to close. Everything that has been sent while a commit was
 * running goes into the next one. The composition root's worker file calls this with the projections of all modules.
 */
export function serveWriter(projections: readonly Projection[]): void {
  if (parentPort === null) throw new Error('the ledger writer runs in a worker thread')
  const port = parentPort
  const { databasePath } = workerData as WriterOptions
  const database = openWriter(databasePath)
  const writer = new SqliteWriter(new SqliteStore(database), projections)
  reply(port, { ready: true })
  port.on('message', (first: ToWriter) => {
    const { units, close } = drain(port, first)
    while (units.length > 0) reply(port, { outcomes: packOutcomes(writer.commit(takeBatch(units))) })
    if (!close) return
    database.close()
    reply(port, { closed: true })
    port.close()
  })
}

function drain(port: MessagePort, first: ToWriter): { units: PreparedUnit[]; close: boolean } {
  const units: PreparedUnit[] = []
  let close = false
  for (let next: ToWriter | undefined = first; next !== undefined; next = receive(port)) {
    if ('close' in next) close = true
    else units.push(...unpackTurn(next.turn))
  }
  return { units, close }
}

function receive(port: MessagePort): ToWriter | undefined {
  return receiveMessageOnPort(port)?.message as ToWriter | undefined
}

function reply(port: MessagePort, message: FromWriter): void {
  port.postMessage(message)
}
