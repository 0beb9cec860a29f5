import type { Call, GatewayDeps } from './call.ts'
import type { Refusal } from './refusal.ts'
import { forward } from './stages/forward.ts'
import { identify } from './stages/identify.ts'
import { readBody } from './stages/read-body.ts'
import { recordRequest } from './stages/record-request.ts'
import { requireUpstream } from './stages/require-upstream.ts'
import { splitRequest } from './stages/split-request.ts'
import type { EndpointKind } from './wire/index.ts'

/** A stage lets the call go on (undefined) or refuses it. It never answers the client itself, except the last. */
export type Stage = (call: Call, deps: GatewayDeps) => Promise<Refusal | undefined>

const EVERY = ['model-call', 'count-tokens', 'list-models', 'hello'] as const
/** Calls that carry content of the run to a vendor. */
const CARRYING = ['model-call', 'count-tokens'] as const

/** What every call goes through, in this order. There is no other way to a vendor. */
export const PIPELINE: readonly {
  readonly name: string
  readonly stage: Stage
  readonly kinds: readonly EndpointKind[]
}[] = [
  { name: 'identify', stage: identify, kinds: EVERY },
  { name: 'require-upstream', stage: requireUpstream, kinds: EVERY },
  { name: 'read-body', stage: readBody, kinds: EVERY },
  { name: 'split-request', stage: splitRequest, kinds: CARRYING },
  { name: 'record-request', stage: recordRequest, kinds: CARRYING },
  { name: 'forward', stage: forward, kinds: EVERY },
]
