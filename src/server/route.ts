import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import type { Static, TSchema } from 'typebox'
import type {
  AccessTarget,
  Permission,
  Person,
  PersonPermission,
  Principal,
} from '../governing/identity/index.ts'
import type { Failure } from '../kernel/index.ts'
import type { Services } from './composition.ts'

/**
 * Who may call a route: anybody, any active person whatever their roles, or who holds a permission of
 * `governing/identity/permissions.ts`.
 */
export type RoutePermission = 'public' | 'person' | Permission

/** Who calls, as far as the route's permission says: only what persons alone may do has a person to answer for it. */
export type Caller<Needed extends RoutePermission> = Needed extends 'public'
  ? unknown
  : Needed extends 'person' | PersonPermission
    ? { readonly principal: Principal; readonly person: Person }
    : { readonly principal: Principal }

/** What a route answers with; JSON unless it says otherwise. */
export type Answer =
  | {
      readonly status?: number
      readonly json: unknown
      readonly headers?: Readonly<Record<string, string>>
    }
  | {
      readonly status?: number
      readonly type: string
      readonly headers?: Readonly<Record<string, string>>
      readonly bytes: Uint8Array | string
    }
  | {
      readonly status?: number
      readonly type: string
      readonly headers?: Readonly<Record<string, string>>
      /** Sent as it comes; an error cuts the connection, so that nobody takes the beginning for the whole. */
      readonly stream: Readable
    }

/** What a handler gets, beside who calls. */
export interface RouteCall<Params, Query, Body> {
  readonly params: Params
  readonly query: Query
  readonly body: Body
  readonly headers: IncomingHttpHeaders
  readonly services: Services
}

/**
 * Where a permission must be held: in the organisation unless a route finds something smaller in its call. `filtered`:
 * anywhere will do, since the handler answers only what the caller may see.
 */
export type RouteScope<Call> = 'organisation' | 'filtered' | ((call: Call) => Promise<AccessTarget>)

/** One row of the API. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly permission: RoutePermission
  readonly scope?: RouteScope<RouteCall<unknown, unknown, unknown>>
  readonly summary: string
  readonly schemas: RouteSchemas
  /** What it answers when all goes well: 200 and JSON unless it says otherwise. */
  readonly answer: { readonly status?: number; readonly type?: string; readonly meaning: string }
  /** Codes it may refuse with, beyond those that every route of its permission and schemas may. */
  readonly failures?: readonly string[]
  readonly bodyLimitBytes?: number
  /** How it says no, where a protocol wants that in its own words; as a problem of RFC 9457 otherwise. */
  readonly refusal?: (failure: Failure) => Answer
  handle(call: RouteCall<unknown, unknown, unknown> & Caller<'person'>): Promise<Answer>
}

interface RouteSchemas {
  readonly params?: TSchema
  readonly query?: TSchema
  readonly body?: TSchema
}

type Shape<Schemas, Name extends string> = Schemas extends {
  readonly [key in Name]: infer Schema extends TSchema
}
  ? Static<Schema>
  : undefined

type CallOf<Schemas> = RouteCall<Shape<Schemas, 'params'>, Shape<Schemas, 'query'>, Shape<Schemas, 'body'>>

/**
 * Declares a route whose handler sees parameters, query and body in the shapes of its schemas, and a person only where its
 * permission makes sure that one calls.
 */
export function defineRoute<const Schemas extends RouteSchemas, const Needed extends RoutePermission>(
  route: Omit<Route, 'schemas' | 'handle' | 'permission' | 'scope'> & {
    readonly permission: Needed
    readonly scope?: RouteScope<CallOf<Schemas>>
    readonly schemas: Schemas
    handle(call: CallOf<Schemas> & Caller<Needed>): Promise<Answer>
  },
): Route {
  // Fastify has validated the call against the same schemas before the handler sees it; the guard has seen who calls.
  return route as unknown as Route
}
