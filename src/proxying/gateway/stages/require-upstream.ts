import type { Call, GatewayDeps } from '../call.ts'
import { type Refusal, refuse } from '../refusal.ts'

/** Refuses before anything is read or recorded when the vendor has no key on this server. */
export function requireUpstream(call: Call, { upstreams }: GatewayDeps): Promise<Refusal | undefined> {
  const { vendor } = call.endpoint
  if (upstreams.has(vendor)) return Promise.resolve(undefined)
  return Promise.resolve(
    refuse(
      'upstream-not-configured',
      `This server has no key for ${vendor}; ask its operator to set gateway.upstreams.${vendor}.key.`,
    ),
  )
}
