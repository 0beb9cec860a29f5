import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Identity } from '../../governing/identity/index.ts'
import type { Prices } from '../../governing/spend/index.ts'
import type { Clock, Id, Ids } from '../../kernel/index.ts'
import type { OpenRun, Runs } from '../../recording/runs/index.ts'
import type { SplitBody } from './split/index.ts'
import type { Upstreams } from './upstream.ts'
import type { Endpoint, RequestFacts } from './wire/index.ts'

/** One request of an agent on its way through the stages; each stage fills in what the later ones need. */
export interface Call {
  readonly id: Id<'req'>
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly endpoint: Endpoint
  /** Path and query as the vendor will see them, without a credential in the query. */
  readonly upstreamPath: string
  readonly query: URLSearchParams
  /** Model named in the path (Gemini), if any. */
  readonly pathModel: string | undefined
  readonly startedMs: number
  run?: OpenRun
  body?: Buffer
  split?: SplitBody
  facts?: RequestFacts
  /** From here on the call is in the record and must be completed there. */
  requested?: true
}

export interface GatewayDeps {
  readonly runs: Runs
  readonly identity: Identity
  readonly prices: Prices
  readonly upstreams: Upstreams
  readonly clock: Clock
  readonly ids: Ids
  readonly maxBodyBytes: number
  /** Is told why a call could not be recorded, and of defects. */
  report(call: Id<'req'>, error: unknown): void
}
