import module from 'node:module'
import { dirname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { unpackOutcomes } from './packed-outcomes.ts'
import { packTurn } from './packed-turn.ts'
import type { PreparedUnit } from './prepared-unit.ts'
import type { Writer, WriterEvents } from './writer.ts'
import type { FromWriter, ToWriter, WriterOptions } from './writer-thread.ts'

/** The main thread's end of the writer thread. */
export class ThreadWriter implements Writer {
  readonly #worker: Worker
  readonly #events: WriterEvents
  #isBroken = false
  #ended: (() => void) | undefined

  private constructor(worker: Worker, events: WriterEvents) {
    this.#worker = worker
    this.#events = events
    worker.on('message', (message: FromWriter) => this.#receive(message))
    worker.on('error', (error) => this.#break(error instanceof Error ? error.message : String(error)))
    worker.on('exit', () => this.#break('the writer thread ended'))
  }

  /** Starts the thread, which recovers what an earlier one left; rejects when it cannot. */
  static async start(file: URL, options: WriterOptions, events: WriterEvents): Promise<ThreadWriter> {
    // What is given to `enableCompileCache` is the folder above the one of this version.
    const ofVersion = module.getCompileCacheDir?.()
    const codeCache = ofVersion === undefined ? {} : { codeCache: dirname(ofVersion) }
    const workerData: WriterOptions = { ...options, ...codeCache }
    const worker = new Worker(file, { workerData })
    await started(worker)
    return new ThreadWriter(worker, events)
  }

  send(units: readonly PreparedUnit[]): void {
    this.#post({ turn: packTurn(units) })
  }

  async close(): Promise<void> {
    if (!this.#isBroken) {
      const ended = new Promise<void>((resolve) => {
        this.#ended = resolve
      })
      this.#post({ close: true })
      await ended
    }
    await this.#worker.terminate()
  }

  #post(message: ToWriter): void {
    this.#worker.postMessage(message)
  }

  #receive(message: FromWriter): void {
    if ('closed' in message) this.#ended?.()
    else if ('outcomes' in message) this.#events.settled(unpackOutcomes(message.outcomes))
  }

  #break(detail: string): void {
    this.#isBroken = true
    this.#events.broken(detail)
    this.#ended?.()
  }
}

function started(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('message', () => {
      worker.off('error', reject)
      resolve()
    })
    worker.once('error', reject)
  })
}
