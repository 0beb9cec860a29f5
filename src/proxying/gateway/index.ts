export type { GatewayDeps } from './call.ts'
export { GATEWAY_PREFIX, Gateway } from './gateway.ts'
export { type UpstreamOptions, Upstreams } from './upstream.ts'
export type { Vendor } from './wire/index.ts'
