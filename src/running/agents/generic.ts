import type { AgentAdapter } from './adapter.ts'
import { agentEnvironment } from './agent-environment.ts'
import { gatewayUrls } from './gateway-urls.ts'

/** Any other program: the variables that the vendors' own libraries read. */
export const generic: AgentAdapter = {
  kind: 'generic',
  prepare: (start) => {
    const urls = gatewayUrls(start.gatewayUrl)
    return {
      command: start.command,
      environment: agentEnvironment(start, [], {
        ANTHROPIC_BASE_URL: urls.anthropic,
        ANTHROPIC_API_KEY: start.token,
        OPENAI_BASE_URL: urls.openai,
        OPENAI_API_KEY: start.token,
        GOOGLE_GEMINI_BASE_URL: urls.gemini,
        GEMINI_API_KEY: start.token,
      }),
      files: [],
    }
  },
}
