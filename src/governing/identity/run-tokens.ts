import type { KeyObject } from 'node:crypto'
import type { Clock, Id, Random } from '../../kernel/index.ts'
import type { Write } from '../../storage/index.ts'
import type { ChangeLog } from './change-log.ts'
import type { IdentityChanges } from './changes.ts'
import { mintRunToken, readRunToken } from './run-token.ts'
import { extendRunTokens, insertRunToken, revokeRunTokens, runTokenByDigest } from './store/run-tokens.ts'
import type { Db } from './store/tables.ts'
import { digestToken } from './token.ts'

/** What a run token stands for. */
export interface RunBinding {
  readonly run: Id<'run'>
  readonly workflow: string
  readonly sponsor: Id<'per'>
}

/** Why a token counts no more although its time is not over. */
export type Revocation = 'sponsor-inactive' | 'run-stopped'

/** What a run token turns out to be. `foreign`: of the right shape, but not of this server. */
export type RunTokenCheck =
  | ({ readonly state: 'valid' | 'expired' } & RunBinding)
  | ({ readonly state: 'revoked'; readonly reason: Revocation } & RunBinding)
  | { readonly state: 'malformed' | 'foreign' }

interface Known extends RunBinding {
  readonly expiresAtMs: number
  readonly revoked: Revocation | undefined
}

interface RunTokensDeps {
  readonly log: ChangeLog
  readonly changes: IdentityChanges
  readonly reader: Db
  readonly clock: Clock
  readonly random: Random
  readonly key: KeyObject
  /** Runs writes that belong to no event. */
  write(writes: readonly Write[]): Promise<void>
}

/** Whoever sends tokens that are signed and unknown could fill memory; real ones are never so many. */
const MAX_KNOWN = 50_000

/**
 * Tokens of runs. An agent keeps one string for its whole run; what is short is how long it counts without its wrapper:
 * each heartbeat extends it on the server while the run is open and its sponsor active.
 */
export class RunTokens {
  readonly #deps: RunTokensDeps
  readonly #known = new Map<string, Known>()
  /** Until when the tokens of a run count, as far as this process minted or renewed them. */
  readonly #renewed = new Map<string, number>()
  /** Grows when something changed, so that what was read before is not remembered after it. */
  #generation = 0

  constructor(deps: RunTokensDeps) {
    this.#deps = deps
    deps.changes.subscribe(() => {
      this.#generation += 1
      this.#known.clear()
    })
  }

  /** A token for one run, with the write that makes it known; hand that to the append that opens the run. */
  mint(
    { run, workflow, sponsor }: RunBinding,
    lifetimeMs: number,
  ): { readonly token: string; readonly write: Write } {
    const { key, random, clock } = this.#deps
    const token = mintRunToken(run, key, random)
    const expires_at = clock.now() + lifetimeMs
    const row = { digest: digestToken(token), run, workflow, sponsor, expires_at, revoked: null }
    this.#noteRenewal(run, expires_at)
    return { token, write: insertRunToken(row) }
  }

  /** Tells what a token stands for. Whether its run is still open is for the runs to say. */
  async check(token: string): Promise<RunTokenCheck> {
    const digest = digestToken(token)
    const name = digest.toString('latin1')
    const known = this.#current(name) ?? (await this.#load(token, digest, name))
    if ('state' in known) return known
    const { run, workflow, sponsor, revoked, expiresAtMs } = known
    if (revoked !== undefined) return { state: 'revoked', reason: revoked, run, workflow, sponsor }
    const state = expiresAtMs > this.#deps.clock.now() ? 'valid' : 'expired'
    return { state, run, workflow, sponsor }
  }

  /** Lets the tokens of an open run count for `lifetimeMs` from now on. Written when a third of it is used up. */
  async renew(run: string, lifetimeMs: number): Promise<void> {
    const expiresAtMs = this.#deps.clock.now() + lifetimeMs
    const until = this.#renewed.get(run) ?? 0
    if (expiresAtMs - until < lifetimeMs / 3) return
    await this.#deps.write([extendRunTokens(run, expiresAtMs)])
    this.#noteRenewal(run, expiresAtMs)
  }

  /** Takes the tokens of a run away, everywhere and at once. */
  async revoke(run: Id<'run'>, reason: Revocation, actor: Id<'per'> | 'system'): Promise<void> {
    await this.#deps.log.record(
      [{ kind: 'identity.token-revoked', actor, data: { of: run, reason } }],
      [revokeRunTokens({ run }, reason)],
    )
  }

  /** What is remembered and counts; the time of one that is over may have been extended, here or by another server. */
  #current(name: string): Known | undefined {
    const known = this.#known.get(name)
    return known !== undefined && known.expiresAtMs > this.#deps.clock.now() ? known : undefined
  }

  #noteRenewal(run: string, expiresAtMs: number): void {
    if (this.#renewed.size >= MAX_KNOWN) this.#renewed.clear()
    this.#renewed.set(run, expiresAtMs)
  }

  async #load(token: string, digest: Buffer, name: string): Promise<Known | RunTokenCheck> {
    const read = readRunToken(token, this.#deps.key)
    if (read.state !== 'signed') return { state: read.state === 'malformed' ? 'malformed' : 'foreign' }
    const generation = this.#generation
    const row = await runTokenByDigest(this.#deps.reader, digest)
    if (row === undefined || row.run !== read.run) return { state: 'foreign' }
    const known: Known = {
      run: read.run,
      workflow: row.workflow,
      sponsor: row.sponsor as Id<'per'>,
      expiresAtMs: row.expires_at,
      revoked: (row.revoked as Revocation | null) ?? undefined,
    }
    if (generation === this.#generation) this.#remember(name, known)
    return known
  }

  #remember(name: string, known: Known): void {
    if (this.#known.size >= MAX_KNOWN) this.#known.clear()
    this.#known.set(name, known)
  }
}
