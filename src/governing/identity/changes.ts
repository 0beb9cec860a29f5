import { setTimeout } from 'node:timers/promises'
import type { Db } from './store/tables.ts'
import { currentVersion } from './store/version.ts'

/**
 * Tells those who remember persons, roles or tokens that something changed: at once for changes made here, and for those
 * of other processes as soon as the version row is looked at. Where the database can wake its clients, `look` is what a
 * wake-up calls.
 */
export class IdentityChanges {
  readonly #reader: Db
  readonly #listeners = new Set<() => void>()
  #seen: number | undefined

  constructor(reader: Db) {
    this.#reader = reader
  }

  /** The listener must not throw. Returns what ends the subscription. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Something changed here and is durable. */
  announce(): void {
    for (const listener of this.#listeners) listener()
  }

  /** Looks whether another process changed something. When that cannot be known, it is taken for yes. */
  async look(): Promise<void> {
    const version = await currentVersion(this.#reader).catch(() => undefined)
    if (version === undefined || (this.#seen !== undefined && version !== this.#seen)) this.announce()
    this.#seen = version
  }

  /** Looks again and again; returns what ends it. */
  watch(everyMs: number): () => void {
    const watching = { ended: false }
    void this.#lookAgain(everyMs, watching)
    return () => {
      watching.ended = true
    }
  }

  async #lookAgain(everyMs: number, watching: { readonly ended: boolean }): Promise<void> {
    while (!watching.ended) {
      await this.look()
      await setTimeout(everyMs, undefined, { ref: false })
    }
  }
}
