import type { Endpoint } from './endpoints.ts'
import type { ToolResult } from './response-draft.ts'
import { objectOf } from './untrusted.ts'

/** The results of tool calls in one parsed message of a request; none when it is anything else. Never throws. */
export function toolResults(endpoint: Endpoint, message: unknown): readonly ToolResult[] {
  return endpoint.wire.toolResults(objectOf(message))
}
