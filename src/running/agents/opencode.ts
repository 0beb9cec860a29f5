import type { AgentAdapter, AgentStart } from './adapter.ts'
import { agentEnvironment } from './agent-environment.ts'
import { gatewayUrls } from './gateway-urls.ts'
import { parseLooseJson } from './loose-json.ts'

const PASSED_ON = ['OPENCODE_CONFIG', 'OPENCODE_CONFIG_DIR', 'OPENCODE_PERMISSION']

/** opencode. The vendors' own providers are pointed at the gateway and all others are switched off. */
export const opencode: AgentAdapter = {
  kind: 'opencode',
  prepare: (start) => ({
    command: start.command,
    environment: agentEnvironment(start, PASSED_ON, {
      OPENCODE_CONFIG_CONTENT: JSON.stringify(configuration(start)),
      CUSTODY_RUN_TOKEN: start.token,
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_DISABLE_MODELS_FETCH: '1',
      OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
      OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
      OPENCODE_DISABLE_SHARE: '1',
    }),
    files: [],
  }),
}

function configuration(start: AgentStart): object {
  const users = parseLooseJson(start.environment.OPENCODE_CONFIG_CONTENT ?? '{}') ?? {}
  const urls = gatewayUrls(start.gatewayUrl)
  const provider = (baseURL: string) => ({ options: { baseURL, apiKey: '{env:CUSTODY_RUN_TOKEN}' } })
  return {
    ...users,
    autoupdate: false,
    share: 'disabled',
    enabled_providers: ['anthropic', 'openai', 'google'],
    provider: {
      anthropic: provider(`${urls.anthropic}/v1`),
      openai: provider(urls.openai),
      google: provider(`${urls.gemini}/v1beta`),
    },
  }
}
