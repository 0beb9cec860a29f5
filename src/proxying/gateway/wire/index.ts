export {
  ENDPOINTS,
  type Endpoint,
  type EndpointKind,
  matchEndpoint,
  VENDORS,
  type Vendor,
} from './endpoints.ts'
export { refusalBody } from './refusal-body.ts'
export { type RequestFacts, readRequest } from './request-facts.ts'
export type { ResponseFacts, ToolResult } from './response-draft.ts'
export { createResponseReader, type ResponseReader } from './response-reader.ts'
export { toolResults } from './tool-results.ts'
