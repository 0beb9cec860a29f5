import { type Clock, type Id, type Ids, type Random, timestamp } from '../../kernel/index.ts'
import type { Ledger } from '../../recording/ledger/index.ts'
import type { Reader, Write } from '../../storage/index.ts'
import type { Person } from './person.ts'
import {
  allPersons,
  type IdentityTables,
  insertPerson,
  insertRunToken,
  insertSession,
  type PersonRow,
  personByEmail,
  personById,
  runTokenByDigest,
  sessionByDigest,
} from './store.ts'
import { digestToken, isToken, mintToken } from './token.ts'

interface IdentityDeps {
  readonly ledger: Ledger
  readonly reader: Reader<IdentityTables>
  readonly clock: Clock
  readonly ids: Ids
  readonly random: Random
}

/** What a run token turns out to be. `foreign`: well formed, but not of this server. */
export type RunTokenCheck =
  | { readonly state: 'valid' | 'expired'; readonly run: string }
  | { readonly state: 'malformed' | 'foreign' }

/** Persons, their sessions, and the tokens of runs. Names and addresses stay beside the ledger; it sees random ids. */
export class Identity {
  readonly #deps: IdentityDeps
  /** Token digest → run and expiry: what the gateway asks on each call. */
  readonly #runTokens = new Map<string, { readonly run: string; readonly expiresAtMs: number }>()

  constructor(deps: IdentityDeps) {
    this.#deps = deps
  }

  /** The person with this address, made when there is none. */
  async addPerson(person: { readonly name: string; readonly email: string }): Promise<Person> {
    const { ledger, reader, clock, ids } = this.#deps
    const known = await personByEmail(reader, person.email)
    if (known !== undefined) return toPerson(known)
    const id = ids('per')
    const row: PersonRow = { id, name: person.name, email: person.email, status: 'active' }
    const at = timestamp(clock.now())
    await ledger.append(
      { id: ids('evt'), kind: 'identity.person-added', at, actor: 'system', data: { person: id } },
      [insertPerson(row)],
    )
    return toPerson(row)
  }

  /** Signs the person in; the secret is returned once. */
  async startSession(person: Id<'per'>, lifetimeMs: number): Promise<string> {
    const { ledger, clock, ids, random } = this.#deps
    const token = mintToken('session', random)
    const expiresAt = clock.now() + lifetimeMs
    const at = timestamp(clock.now())
    const data = { person, expiresAt: timestamp(expiresAt) }
    await ledger.append({ id: ids('evt'), kind: 'identity.session-started', at, actor: person, data }, [
      insertSession({ digest: digestToken(token), person, expires_at: expiresAt }),
    ])
    return token
  }

  /** The active person a session secret belongs to; undefined when it is unknown or has expired. */
  async personOfSession(token: string): Promise<Person | undefined> {
    if (!isToken('session', token)) return undefined
    const session = await sessionByDigest(this.#deps.reader, digestToken(token))
    if (session === undefined || session.expires_at <= this.#deps.clock.now()) return undefined
    const person = await this.person(session.person)
    return person?.active ? person : undefined
  }

  async person(id: string): Promise<Person | undefined> {
    const row = await personById(this.#deps.reader, id)
    return row === undefined ? undefined : toPerson(row)
  }

  async persons(): Promise<Person[]> {
    return (await allPersons(this.#deps.reader)).map(toPerson)
  }

  /** A token for one run, with the write that makes it known; hand that to the append that opens the run. */
  mintRunToken(run: Id<'run'>, lifetimeMs: number): { readonly token: string; readonly write: Write } {
    const token = mintToken('run', this.#deps.random)
    const digest = digestToken(token)
    const expiresAtMs = this.#deps.clock.now() + lifetimeMs
    this.#runTokens.set(digest.toString('hex'), { run, expiresAtMs })
    return { token, write: insertRunToken({ digest, run, expires_at: expiresAtMs }) }
  }

  /** Tells which run a token belongs to. Whether that run is still open is for the runs to say. */
  async checkRunToken(token: string): Promise<RunTokenCheck> {
    if (!isToken('run', token)) return { state: 'malformed' }
    const digest = digestToken(token)
    const key = digest.toString('hex')
    const known = this.#runTokens.get(key) ?? (await this.#loadRunToken(digest, key))
    if (known === undefined) return { state: 'foreign' }
    const isValid = known.expiresAtMs > this.#deps.clock.now()
    return { state: isValid ? 'valid' : 'expired', run: known.run }
  }

  async #loadRunToken(digest: Buffer, key: string) {
    const row = await runTokenByDigest(this.#deps.reader, digest)
    if (row === undefined) return undefined
    const known = { run: row.run, expiresAtMs: row.expires_at }
    this.#runTokens.set(key, known)
    return known
  }
}

function toPerson(row: PersonRow): Person {
  return { id: row.id as Id<'per'>, name: row.name, email: row.email, active: row.status === 'active' }
}
