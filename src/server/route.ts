import type { Static, TSchema } from 'typebox'
import type { Person } from '../governing/identity/index.ts'
import type { Services } from './composition.ts'

/** Who may call a route: anybody, or an active person with a session. */
export type Permission = 'public' | 'person'

/** What a route answers with; JSON unless it says otherwise. */
export type Answer =
  | { readonly status?: number; readonly json: unknown }
  | {
      readonly status?: number
      readonly type: string
      readonly headers?: Readonly<Record<string, string>>
      readonly bytes: Uint8Array | string
    }

/** What a handler gets. `person` is there on every route whose permission is not `public`. */
export interface RouteCall<Params, Query, Body> {
  readonly params: Params
  readonly query: Query
  readonly body: Body
  readonly person: Person
  readonly services: Services
}

/** One row of the API. */
export interface Route {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly permission: Permission
  readonly summary: string
  readonly schemas: RouteSchemas
  /** What it answers when all goes well: 200 and JSON unless it says otherwise. */
  readonly answer: { readonly status?: number; readonly type?: string; readonly meaning: string }
  /** Codes it may refuse with, beyond those that every route of its permission and schemas may. */
  readonly failures?: readonly string[]
  readonly bodyLimitBytes?: number
  handle(call: RouteCall<unknown, unknown, unknown>): Promise<Answer>
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

/** Declares a route whose handler sees parameters, query and body in the shapes of its schemas. */
export function defineRoute<const Schemas extends RouteSchemas>(
  route: Omit<Route, 'schemas' | 'handle'> & {
    readonly schemas: Schemas
    handle(
      call: RouteCall<Shape<Schemas, 'params'>, Shape<Schemas, 'query'>, Shape<Schemas, 'body'>>,
    ): Promise<Answer>
  },
): Route {
  // Fastify has validated the call against the same schemas before the handler sees it.
  return route
}
