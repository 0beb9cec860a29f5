import type { LiveSession } from '../../governing/identity/index.ts'
import type { IdentityProvider } from '../../governing/identity/provider/index.ts'
import type { Services } from '../composition.ts'
import type { CodeGuesses } from './code-guesses.ts'
import type { DeviceRequests } from './device-requests.ts'
import type { SealedMemory } from './sealed-memory.ts'
import type { CookieChange } from './session-cookie.ts'
import type { SignInSettings } from './settings.ts'

/** What signing in is made of. */
export interface SignIn {
  readonly services: Services
  readonly settings: SignInSettings
  readonly provider: IdentityProvider | undefined
  readonly memory: SealedMemory
  readonly devices: DeviceRequests
  readonly guesses: CodeGuesses
}

/** One request, as the handlers below see it. */
export interface Visit extends SignIn {
  /** This server as the browser knows it: `https://custody.example.com`. */
  readonly origin: string
  /** Where the request comes from, such as an IP address. */
  readonly source: string
  readonly query: URLSearchParams
  readonly form: URLSearchParams
  /** The secret of the session cookie; empty when there is none. */
  readonly session: string
  /** The sealed memory of a sign-in that has begun; empty when there is none. */
  readonly remembered: string
}

export interface SignedInVisit extends Visit {
  readonly live: LiveSession
}

/** What is answered: a page, a way on, or JSON for a program. */
export type Outcome = {
  readonly cookies?: readonly CookieChange[]
  readonly headers?: Readonly<Record<string, string>>
} & (
  | { readonly page: string; readonly status?: number }
  | { readonly goTo: string }
  | { readonly json: unknown; readonly status?: number }
)

/**
 * One row of the table. `page`: cookies count, so changes must come from our own pages. `signed-in`: the same, and without
 * a session one has to sign in first. `program`: no cookie is looked at.
 */
export type SignInRoute = { readonly path: string; readonly summary: string } & (
  | {
      readonly method: 'GET' | 'POST'
      readonly for: 'page' | 'program'
      handle(visit: Visit): Promise<Outcome>
    }
  | {
      readonly method: 'GET' | 'POST'
      readonly for: 'signed-in'
      handle(visit: SignedInVisit): Promise<Outcome>
    }
)
