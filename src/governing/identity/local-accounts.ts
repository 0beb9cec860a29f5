import { type Clock, type Random, sha256Hex } from '../../kernel/index.ts'
import type { Actor } from '../../recording/record/index.ts'
import type { Write } from '../../storage/index.ts'
import { BusyGate } from './busy-gate.ts'
import type { ChangeLog, IdentityEvent } from './change-log.ts'
import type { Directory } from './directory.ts'
import { identityFailures } from './failures.ts'
import { ACCOUNT_RULE, FORGET_AFTER_MS, type LockoutRule, SOURCE_RULE, waitMs } from './lockout.ts'
import {
  ARGON2_COST,
  type Argon2Cost,
  hashPassword,
  isAcceptablePassword,
  verifyPassword,
} from './password.ts'
import type { Person } from './person.ts'
import {
  clearSignInFailures,
  countSignInFailure,
  credentialOf,
  deleteSessionsOf,
  setCredential,
  signInFailures,
} from './store/sessions.ts'
import type { Db } from './store/tables.ts'

export interface PasswordAttempt {
  readonly email: string
  readonly password: string
  /** Where it comes from, such as an IP address; never recorded. */
  readonly source: string
}

/**
 * `refused` is the same whether the address is unknown, the password wrong or the person deactivated, and takes as long.
 * `locked` counts attempts on addresses nobody has just as well.
 */
export type PasswordVerdict =
  | { readonly state: 'accepted'; readonly person: Person }
  | { readonly state: 'refused' }
  | { readonly state: 'locked'; readonly waitMs: number }
  | { readonly state: 'busy' }

type RefusedPassword = Exclude<PasswordVerdict, { readonly state: 'accepted' }>

/** The code of an attempt that was not accepted, for its answer and its record. */
export function refusedPasswordCode({ state }: RefusedPassword): string {
  return `${identityFailures.area}.${REFUSED[state]}`
}

const REFUSED = {
  refused: 'sign-in-refused',
  locked: 'sign-in-locked',
  busy: 'sign-in-busy',
} as const satisfies Readonly<Record<RefusedPassword['state'], keyof typeof identityFailures.codes>>

export interface LocalAccountsDeps {
  readonly log: ChangeLog
  readonly directory: Directory
  readonly reader: Db
  readonly clock: Clock
  readonly random: Random
  readonly cost?: Argon2Cost
  /** Runs writes that belong to no event. */
  write(writes: readonly Write[]): Promise<void>
}

interface Limited {
  readonly subject: string
  readonly rule: LockoutRule
}

/** Passwords, for a team without an identity provider: argon2id, with back-off per account and per source. */
export class LocalAccounts {
  readonly #deps: LocalAccountsDeps
  readonly #cost: Argon2Cost
  /** Each hash takes a thread of the pool and 19 MiB. */
  readonly #gate = new BusyGate({ atOnce: 2, mayWait: 64 })

  constructor(deps: LocalAccountsDeps) {
    this.#deps = deps
    this.#cost = deps.cost ?? ARGON2_COST
  }

  /** Sets a password and signs the person out everywhere. Throws `identity.password-refused`, `identity.person-inactive`. */
  async setPassword(person: string, password: string, actor: Actor): Promise<void> {
    const { events, writes } = await this.settingPassword(person, password, actor)
    await this.#deps.log.record(events, writes)
  }

  /** What setting one records and writes, for those who do more with it. Throws as `setPassword` does. */
  async settingPassword(
    id: string,
    password: string,
    actor: Actor,
  ): Promise<{ readonly events: readonly IdentityEvent[]; readonly writes: readonly Write[] }> {
    const person = await this.#deps.directory.byId(id)
    if (person?.active !== true) {
      throw identityFailures.create('person-inactive', `${id.slice(0, 40)} is not an active person.`)
    }
    if (!isAcceptablePassword(password, person.email)) {
      throw identityFailures.create('password-refused', 'Choose one of 12 to 1,024 characters.')
    }
    const hashed = await this.#gate.pass(() => hashPassword(password, this.#deps.random, this.#cost))
    if (hashed === undefined) throw busy()
    const changed_at = this.#deps.clock.now()
    return {
      events: [{ kind: 'identity.credential-set', actor, data: { person: id } }],
      writes: [
        setCredential({ person: id, password_hash: hashed.value, changed_at }),
        clearSignInFailures(accountSubject(person.email)),
        deleteSessionsOf(id),
      ],
    }
  }

  async hasPassword(person: string): Promise<boolean> {
    return (await credentialOf(this.#deps.reader, person)) !== undefined
  }

  /** Checks a password. The attempt counts before it is looked at, so that many at once are no way round the limit. */
  async check({ email, password, source }: PasswordAttempt): Promise<PasswordVerdict> {
    const subjects = [
      { subject: accountSubject(email), rule: ACCOUNT_RULE },
      { subject: `source:${sha256Hex(source)}`, rule: SOURCE_RULE },
    ]
    const wait = await this.#takeTurn(subjects)
    if (wait > 0) return { state: 'locked', waitMs: wait }
    const checked = await this.#gate.pass(() => this.#verify(email, password))
    if (checked === undefined) return { state: 'busy' }
    if (checked.value === undefined) return { state: 'refused' }
    await this.#deps.write(subjects.map(({ subject }) => clearSignInFailures(subject)))
    return { state: 'accepted', person: checked.value }
  }

  /** The person, when the password is theirs and they are active. Unknown addresses cost the same hash. */
  async #verify(email: string, password: string): Promise<Person | undefined> {
    const { directory, reader, random } = this.#deps
    const person = await directory.byEmail(email)
    const credential = person === undefined ? undefined : await credentialOf(reader, person.id)
    const stored = credential?.password_hash ?? this.#nobodysHash()
    const { matches, isStale } = await verifyPassword(password, stored, this.#cost)
    if (!matches || person?.active !== true || credential === undefined) return undefined
    if (isStale) {
      const password_hash = await hashPassword(password, random, this.#cost)
      await this.#deps.write([setCredential({ ...credential, password_hash })])
    }
    return person
  }

  /** How long the attempt has to wait; 0 when it may go on, and then it is counted as a failure until it is none. */
  async #takeTurn(subjects: readonly Limited[]): Promise<number> {
    const now = this.#deps.clock.now()
    const before = await this.#failures(subjects)
    const waits = before.map(({ failures, rule }) => waitMs(failures, now, rule))
    const wait = Math.max(0, ...waits)
    if (wait > 0) return wait
    const forgottenBefore = now - FORGET_AFTER_MS
    await this.#deps.write(
      subjects.flatMap(({ subject }) => countSignInFailure(subject, now, forgottenBefore)),
    )
    const after = await this.#failures(subjects)
    // Others may have come since: within what is free that is their right, afterwards one goes at a time.
    const isTooMany = after.some(({ failures, rule }, i) => {
      const known = before[i]?.failures.count ?? 0
      return failures.count > Math.max(rule.free, known + 1)
    })
    return isTooMany ? ACCOUNT_RULE.firstWaitMs : 0
  }

  async #failures(subjects: readonly Limited[]) {
    const rows = await signInFailures(
      this.#deps.reader,
      subjects.map(({ subject }) => subject),
    )
    return subjects.map(({ subject, rule }) => {
      const row = rows.find((candidate) => candidate.subject === subject)
      return { rule, failures: { count: row?.count ?? 0, lastAtMs: row?.last_at ?? 0 } }
    })
  }

  #nobodysHash(): string {
    const { memoryKib, passes, parallelism } = this.#cost
    return `$argon2id$v=19$m=${memoryKib},t=${passes},p=${parallelism}$${'A'.repeat(22)}$${'A'.repeat(43)}`
  }
}

function accountSubject(email: string): string {
  return `account:${sha256Hex(email.trim().toLowerCase())}`
}

function busy() {
  return identityFailures.create('sign-in-busy', 'Too many people sign in at once; try again in a moment.')
}
