import { type Clock, type Ids, timestamp } from '../../../kernel/index.ts'
import { nodeCrypto } from '../../node-crypto/index.ts'
import type { Actor, EventData, EventKind } from '../../record/index.ts'
import { ed25519KeyId, endorsementMessage, formatVkey, type KeyEntry } from '../../verify/index.ts'
import { ledgerFailures } from '../failures.ts'
import type { Ledger } from '../ledger.ts'
import { createKeyFile, destroyKeyFile, keyMissing } from './key-files.ts'
import { type KeyStatus, listKeys } from './key-list.ts'
import type { LedgerKeys } from './ledger-keys.ts'
import { readKeyHistory } from './read-key-history.ts'
import { ALGORITHMS, type KeyUse, type Signer, type StatementSigner } from './signer.ts'

export interface KeyRegisterDeps {
  readonly ledger: Pick<Ledger, 'append' | 'entriesOfKind'>
  readonly keys: LedgerKeys
  readonly clock: Clock
  readonly ids: Ids
}

export type RevocationReason = 'retired' | 'compromised'
type Change = { readonly kind: EventKind; readonly actor: Actor; readonly data: EventData }

/**
 * The keys of a ledger over time. A key counts from its `key.added` entry to its `key.revoked` entry; what is between in the
 * log stays good for ever. At most two keys of a use count at once: an old one and the one that takes over.
 */
export class KeyRegister {
  readonly #deps: KeyRegisterDeps
  #history: readonly KeyEntry[]
  #queue: Promise<unknown> = Promise.resolve()
  /** What a statement key is signing at this moment, until it is logged. */
  readonly #signing = new Map<string, Set<Promise<unknown>>>()

  private constructor(deps: KeyRegisterDeps, history: readonly KeyEntry[]) {
    this.#deps = deps
    this.#history = history
  }

  /**
   * Holds the keys at hand against the ledger: makes the first statement key known, destroys the private half of what was
   * revoked. Throws `ledger.key-missing` when a key that counts is not at hand.
   */
  static async open(deps: KeyRegisterDeps): Promise<KeyRegister> {
    const register = new KeyRegister(deps, await readKeyHistory(deps.ledger))
    if (register.#counting('statements').length === 0) await register.#announceFirstStatementKey()
    for (const key of register.list()) {
      if (Number.isFinite(key.until)) await register.#destroy(key.keyId)
      else await register.#signerOf(key)
    }
    return register
  }

  /** What the ledger says about keys, in its order. */
  get history(): readonly KeyEntry[] {
    return this.#history
  }

  /** Every key, in the order in which they came to count. */
  list(): readonly KeyStatus[] {
    return listKeys(this.#deps.keys.log.vkey, this.#history)
  }

  /** Signs and logs under the newest statement key: it is not revoked in this process before `work` has ended. */
  async withStatementKey<Value>(work: (signer: StatementSigner) => Promise<Value>): Promise<Value> {
    this.#history = await readKeyHistory(this.#deps.ledger)
    const newest = this.#counting('statements').at(-1)
    if (newest === undefined) throw keyMissing('the statement key')
    const signer = await this.#signerOf(newest)
    const inWork = this.#signing.get(signer.keyId) ?? new Set()
    this.#signing.set(signer.keyId, inWork)
    const working = work(signer)
    inWork.add(working)
    try {
      return await working
    } finally {
      inWork.delete(working)
    }
  }

  /**
   * Brings in a new key beside the old one: a new file, or the key service of this name. An interrupted call is taken up by
   * the next. Throws `ledger.rotation-open` while an older key waits to be revoked, and `ledger.key-unknown`.
   */
  rotate(use: KeyUse, by: { readonly actor: Actor; readonly service?: string }): Promise<KeyStatus> {
    return this.#inTurn(() => this.#rotate(use, by))
  }

  /**
   * Ends a key: what it signed before stays good. Throws `ledger.key-unknown`, and `ledger.last-key` for one that nothing
   * takes over from.
   */
  revoke(
    keyId: string,
    by: { readonly actor: Actor; readonly reason: RevocationReason },
  ): Promise<KeyStatus> {
    return this.#inTurn(() => this.#revoke(keyId, by))
  }

  async #rotate(use: KeyUse, { actor, service }: { actor: Actor; service?: string }): Promise<KeyStatus> {
    this.#history = await readKeyHistory(this.#deps.ledger)
    const [oldest, ...others] = this.#counting(use)
    if (oldest !== undefined && others.length > 0) {
      throw ledgerFailures.create(
        'rotation-open',
        `The key ${oldest.keyId} still counts beside a newer one; revoke it before the next rotation: custody keys revoke ${oldest.keyId} --reason retired`,
      )
    }
    const signer = service === undefined ? await this.#candidate(use) : this.#service(use, service)
    const data = use === 'log' ? await this.#logKeyData(signer) : statementKeyData(signer)
    await this.#record({ kind: 'key.added', actor, data })
    return this.#status(signer.keyId)
  }

  async #revoke(
    prefix: string,
    { actor, reason }: { actor: Actor; reason: RevocationReason },
  ): Promise<KeyStatus> {
    const { keyId, use } = this.#keyNamed(prefix)
    const newer = this.#counting(use).at(-1)
    if (newer === undefined || newer.keyId === keyId) {
      throw ledgerFailures.create(
        'last-key',
        `Nothing takes over from ${keyId} yet; bring in a new key first: custody keys rotate ${use === 'log' ? 'log' : 'statement'}`,
      )
    }
    await Promise.allSettled([...(this.#signing.get(keyId) ?? [])])
    await this.#record({ kind: 'key.revoked', actor, data: { use, publicKeySha256: keyId, reason } })
    await this.#destroy(keyId)
    return this.#status(keyId)
  }

  /** A key that was made and never announced, since its rotation was cut short, or a new one. */
  async #candidate(use: KeyUse): Promise<Signer> {
    const known = new Set(this.list().map(({ keyId }) => keyId))
    const { keys } = this.#deps
    const left = keys.files.find((file) => file.use === use && !known.has(file.keyId))
    return left ?? keys.add(await createKeyFile(keys.directory, use))
  }

  #service(use: KeyUse, name: string): Signer {
    const service = this.#deps.keys.services.find((one) => one.name === name && one.use === use)
    if (service === undefined) {
      throw ledgerFailures.create(
        'key-unknown',
        `The configuration names no key service ${name} for this use.`,
      )
    }
    if (this.list().some(({ keyId }) => keyId === service.keyId)) {
      throw ledgerFailures.create(
        'key-unknown',
        `The key of ${name} has been brought in before; give it a new key.`,
      )
    }
    return service
  }

  /** An older key vouches for the new one, so that whoever trusts the older can go on. */
  async #logKeyData(signer: Signer): Promise<EventData> {
    const { name } = this.#deps.keys.log.vkey
    const publicKey = signer.spkiDer.slice(-32)
    const vkey = formatVkey({ name, publicKey, keyId: ed25519KeyId(nodeCrypto.sha256, { name, publicKey }) })
    const elder = this.#counting('log').at(-1)
    if (elder === undefined) throw keyMissing('the log key')
    const endorsement = await (await this.#signerOf(elder)).sign(endorsementMessage(vkey))
    return {
      ...{ use: 'log', algorithm: ALGORITHMS.log, publicKeySha256: signer.keyId, vkey },
      ...{ endorsedBy: elder.keyId, endorsement: Buffer.from(endorsement).toString('base64') },
    }
  }

  async #announceFirstStatementKey(): Promise<void> {
    // Names with a digest sort before the one without, which is that of the first.
    const first = this.#deps.keys.files.findLast(({ use }) => use === 'statements')
    if (first === undefined) throw keyMissing('the statement key')
    await this.#record({ kind: 'key.added', actor: 'system', data: statementKeyData(first) })
  }

  async #record({ kind, actor, data }: Change): Promise<void> {
    const { ledger, ids, clock } = this.#deps
    await ledger.append({ id: ids('evt'), kind, at: timestamp(clock.now()), actor, data })
    this.#history = await readKeyHistory(ledger)
  }

  async #destroy(keyId: string): Promise<void> {
    const file = this.#deps.keys.files.find((one) => one.keyId === keyId)
    if (file === undefined) return
    await destroyKeyFile(file)
    this.#deps.keys.forget(keyId)
  }

  #counting(use: KeyUse): readonly KeyStatus[] {
    return this.list().filter((key) => key.use === use && !Number.isFinite(key.until))
  }

  #keyNamed(prefix: string): KeyStatus {
    const found = this.list().filter(
      ({ keyId, until }) => keyId.startsWith(prefix) && !Number.isFinite(until),
    )
    const [key, ...more] = found
    if (key !== undefined && more.length === 0) return key
    throw ledgerFailures.create(
      'key-unknown',
      `No key that counts begins with ${prefix}; "custody keys list" shows them.`,
    )
  }

  #status(keyId: string): KeyStatus {
    const status = this.list().find((key) => key.keyId === keyId)
    if (status === undefined) throw new Error('a key that was just recorded is not in the history')
    return status
  }

  async #signerOf({ keyId, use }: KeyStatus): Promise<Signer> {
    const signer = await this.#deps.keys.find(keyId)
    if (signer !== undefined) return signer
    throw ledgerFailures.create(
      'key-missing',
      `The ${use === 'log' ? 'log' : 'statement'} key ${keyId} counts and is not at hand; restore its file from your backup of the keys, or configure its key service.`,
    )
  }

  #inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const next = this.#queue.then(work)
    this.#queue = next.catch(() => undefined)
    return next
  }
}

function statementKeyData({ keyId, spkiDer }: Signer): EventData {
  const publicKey = Buffer.from(spkiDer).toString('base64')
  return { use: 'statements', algorithm: ALGORITHMS.statements, publicKeySha256: keyId, publicKey }
}
