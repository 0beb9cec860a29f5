import type { Call, GatewayDeps } from '../call.ts'
import { Exchange } from '../exchange.ts'
import type { Refusal } from '../refusal.ts'

/** Sends the call to the vendor and the answer to the client. Refuses only when no byte of an answer has arrived. */
export function forward(call: Call, deps: GatewayDeps): Promise<Refusal | undefined> {
  const exchange = new Exchange(call, deps)
  deps.upstreams.dispatch(
    {
      vendor: call.endpoint.vendor,
      method: call.request.method ?? 'GET',
      path: call.upstreamPath,
      headers: call.request.headers,
      // What is not in the record does not leave.
      body: call.requested && call.body ? call.body : Buffer.alloc(0),
    },
    exchange,
  )
  return exchange.done
}
