import { createSecretKey, type KeyObject } from 'node:crypto'
import { type Ids, systemRandom } from '../../kernel/index.ts'
import type { Reader, Write } from '../../storage/index.ts'
import { groupOf, type Keeping, type KeyGroup } from './keeping.ts'
import { insertVaultKey, type VaultTables, vaultKeyById, vaultKeyInUse } from './store.ts'
import { unwrapSecret, wrapSecret } from './wrapping.ts'

/** The key that wraps the keys of all parts of one retention class and month. */
export interface WrapKey {
  readonly id: string
  readonly key: KeyObject
}

interface WrapKeysDeps {
  /** The vault's master key, which wraps these. */
  readonly master: KeyObject
  readonly reader: Reader<VaultTables>
  readonly ids: Ids
  /** Runs writes durably. */
  write(writes: readonly Write[]): Promise<void>
}

const KEY_BYTES = 32

/**
 * The wrapping keys, one per retention class and month, made when first needed. Destroying one makes every part under it
 * unreadable, wherever copies of those parts may be.
 */
export class WrapKeys {
  readonly #deps: WrapKeysDeps
  readonly #byId = new Map<string, WrapKey>()
  #keep: { readonly period: string; readonly key: WrapKey } | undefined

  constructor(deps: WrapKeysDeps) {
    this.#deps = deps
  }

  /** The key for new parts; it is durable when this returns. */
  async forNew(keeping: Keeping): Promise<WrapKey> {
    const group = groupOf(keeping)
    // Looked up each time a run opens, since another process may have destroyed the key of a class that expires.
    if (group.class !== 'keep') return this.#inUse(group)
    if (this.#keep?.period !== group.period) {
      this.#keep = { period: group.period, key: await this.#inUse(group) }
    }
    return this.#keep.key
  }

  /** The key of parts that are there; undefined once it is destroyed. */
  async byId(id: string): Promise<WrapKey | undefined> {
    const known = this.#byId.get(id)
    if (known !== undefined) return known
    const row = await vaultKeyById(this.#deps.reader, id)
    return row?.wrapped ? this.#remember(id, row.wrapped) : undefined
  }

  /** Drops a destroyed key from memory. */
  forget(id: string): void {
    this.#byId.delete(id)
  }

  async #inUse(group: KeyGroup): Promise<WrapKey> {
    const { reader, ids, master, write } = this.#deps
    const present = await vaultKeyInUse(reader, group)
    if (present !== undefined) return this.#remember(present.id, present.wrapped)
    const id = ids('key')
    const wrapped = wrapSecret(master, placeOf(id), systemRandom(KEY_BYTES))
    // Somebody else may have made it in the meantime; whichever is stored is the one.
    await write([insertVaultKey({ id, ...group, wrapped })])
    return this.#inUse(group)
  }

  #remember(id: string, wrapped: Uint8Array): WrapKey {
    const known = this.#byId.get(id)
    if (known !== undefined) return known
    const key = { id, key: createSecretKey(unwrapSecret(this.#deps.master, placeOf(id), wrapped)) }
    this.#byId.set(id, key)
    return key
  }
}

function placeOf(id: string): string {
  return `custody/vault-key/v1/${id}`
}
