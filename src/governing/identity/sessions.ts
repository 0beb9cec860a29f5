import { type Clock, type Id, type Ids, type Random, timestamp } from '../../kernel/index.ts'
import type { Actor } from '../../recording/record/index.ts'
import type { ChangeLog, IdentityEvent } from './change-log.ts'
import { identityFailures } from './failures.ts'
import { type Person, toPerson } from './person.ts'
import { personById } from './store/persons.ts'
import {
  allSessions,
  deleteSession,
  deleteSessionsOf,
  insertSession,
  sessionByDigest,
  sessionById,
  sessionsOf,
  touchSession,
} from './store/sessions.ts'
import type { Db, SessionRow } from './store/tables.ts'
import { digestToken, isToken, mintToken } from './token.ts'

export interface SessionWish {
  /** `cli`: a secret in a file of the person's; `console`: a cookie. */
  readonly kind: 'cli' | 'console'
  readonly lifetimeMs: number
  /** Ends it when it is not used for so long; as long as it lives unless it says otherwise. */
  readonly idleMs?: number
}

export interface Session {
  readonly id: Id<'ses'>
  readonly person: Id<'per'>
  readonly kind: SessionWish['kind']
  readonly startedAt: string
  readonly expiresAt: string
  readonly lastUsedAt: string
}

/** A session and its secret, which is not shown again. */
export interface StartedSession {
  readonly id: Id<'ses'>
  readonly token: string
}

export interface LiveSession {
  readonly person: Person
  readonly session: Session
  /** Roles or teams changed since it began: whoever can hand over a secret (a cookie) should rotate it. */
  readonly rotationDue: boolean
}

type EndReason = 'signed-out' | 'revoked' | 'rotated' | 'expired' | 'password-changed'

interface SessionsDeps {
  readonly log: ChangeLog
  readonly reader: Db
  readonly clock: Clock
  readonly ids: Ids
  readonly random: Random
  /** Runs a write that belongs to no event. */
  write(writes: readonly ReturnType<typeof touchSession>[]): Promise<void>
}

/** The last use is noted at most once in this time, so that reading costs no write. */
const TOUCH_EVERY_MS = 60_000

/** Who is signed in. Secrets are kept as digests; every check asks the database, so an ended session ends everywhere at once. */
export class Sessions {
  readonly #deps: SessionsDeps

  constructor(deps: SessionsDeps) {
    this.#deps = deps
  }

  /** Signs a person in with a secret nobody has seen before. Throws `identity.person-inactive`. */
  async start(person: Id<'per'>, wish: SessionWish): Promise<StartedSession> {
    const row = await personById(this.#deps.reader, person)
    if (row?.status !== 'active') {
      throw identityFailures.create('person-inactive', `${person} is not an active person.`)
    }
    const { started, event, write } = this.starting(person, wish)
    await this.#deps.log.record([event], [write], { quiet: true })
    return started
  }

  /** What starting one records and writes, for those who do more with it. */
  starting(person: Id<'per'>, { kind, lifetimeMs, idleMs = lifetimeMs }: SessionWish) {
    const now = this.#deps.clock.now()
    const row = { kind, person, expires_at: now + lifetimeMs, idle_ms: idleMs, last_used_at: now }
    return this.#fresh({ ...row, started_at: now })
  }

  /** Whose session a secret opens; undefined when it opens none, has expired, or the person is not active. */
  async check(token: string): Promise<LiveSession | undefined> {
    if (!isToken('session', token)) return undefined
    const { reader, clock } = this.#deps
    const row = await sessionByDigest(reader, digestToken(token))
    const now = clock.now()
    if (row === undefined || hasEnded(row, now)) return undefined
    const person = await personById(reader, row.person)
    if (person?.status !== 'active') return undefined
    if (now - row.last_used_at >= TOUCH_EVERY_MS) await this.#deps.write([touchSession(row.id, now)])
    const rotationDue = person.privileges_changed_at > row.started_at
    return { person: toPerson(person), session: toSession(row), rotationDue }
  }

  /** The same session under a new secret; the old one opens nothing from now on. Undefined when it did not open any. */
  async rotate(token: string): Promise<StartedSession | undefined> {
    const live = await this.check(token)
    const row = live === undefined ? undefined : await sessionById(this.#deps.reader, live.session.id)
    if (row === undefined) return undefined
    const now = this.#deps.clock.now()
    const { id: _, digest: __, ...kept } = row
    const { started, event, write } = this.#fresh({ ...kept, started_at: now, last_used_at: now })
    const ended = endedEvent(row, 'rotated', row.person as Id<'per'>)
    await this.#deps.log.record([ended, event], [deleteSession(row.id), write], { quiet: true })
    return started
  }

  /** Ends one session; `identity.session-unknown` when there is none. */
  async end(id: string, actor: Actor, reason: EndReason = 'signed-out'): Promise<void> {
    const row = await sessionById(this.#deps.reader, id)
    if (row === undefined) {
      throw identityFailures.create('session-unknown', `There is no session ${id.slice(0, 40)}.`)
    }
    await this.#deps.log.record([endedEvent(row, reason, actor)], [deleteSession(id)])
  }

  /** Ends every session of a person; returns how many. */
  async endAllOf(person: string, actor: Actor, reason: EndReason = 'revoked'): Promise<number> {
    const rows = await sessionsOf(this.#deps.reader, person)
    if (rows.length === 0) return 0
    const events = rows.map((row) => endedEvent(row, reason, actor))
    await this.#deps.log.record(events, [deleteSessionsOf(person)])
    return rows.length
  }

  /** Newest first; everybody's, at most 1000, unless a person is named. */
  async list(person?: string): Promise<readonly Session[]> {
    const { reader, clock } = this.#deps
    const rows = person === undefined ? await allSessions(reader) : await sessionsOf(reader, person)
    return rows.filter((row) => !hasEnded(row, clock.now())).map(toSession)
  }

  #fresh(row: Omit<SessionRow, 'id' | 'digest'>) {
    const { ids, random } = this.#deps
    const id = ids('ses')
    const token = mintToken('session', random)
    const person = row.person as Id<'per'>
    const data = { person, session: id, kind: row.kind, expiresAt: timestamp(row.expires_at) }
    const event: IdentityEvent = { kind: 'identity.session-started', actor: person, data }
    return {
      started: { id, token },
      event,
      write: insertSession({ ...row, id, digest: digestToken(token) }),
    }
  }
}

function hasEnded(row: SessionRow, now: number): boolean {
  return row.expires_at <= now || row.last_used_at + row.idle_ms <= now
}

function endedEvent({ id, person }: SessionRow, reason: EndReason, actor: Actor): IdentityEvent {
  return { kind: 'identity.session-ended', actor, data: { person, session: id, reason } }
}

function toSession(row: SessionRow): Session {
  return {
    id: row.id as Id<'ses'>,
    person: row.person as Id<'per'>,
    kind: row.kind as Session['kind'],
    startedAt: timestamp(row.started_at),
    expiresAt: timestamp(row.expires_at),
    lastUsedAt: timestamp(row.last_used_at),
  }
}
