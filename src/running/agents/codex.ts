import type { AgentAdapter, AgentStart } from './adapter.ts'
import { agentEnvironment } from './agent-environment.ts'
import { gatewayUrls } from './gateway-urls.ts'
import { withArguments } from './program.ts'

/**
 * Codex. It ignores OPENAI_BASE_URL, so its provider is set by `-c` overrides, which leave the user's own
 * configuration in use. Without retries a refusal is shown at once and not asked six times.
 */
export const codex: AgentAdapter = {
  kind: 'codex',
  prepare: (start) => ({
    command: withArguments(
      start.command,
      overrides(start).flatMap(([key, value]) => ['-c', `${key}=${JSON.stringify(value)}`]),
    ),
    environment: agentEnvironment(start, ['CODEX_HOME'], { CUSTODY_RUN_TOKEN: start.token }),
    files: [],
  }),
}

function overrides(start: AgentStart): readonly (readonly [string, string | number | boolean])[] {
  return [
    ['model_provider', 'custody'],
    ['model_providers.custody.name', 'custody'],
    ['model_providers.custody.base_url', gatewayUrls(start.gatewayUrl).openai],
    ['model_providers.custody.env_key', 'CUSTODY_RUN_TOKEN'],
    ['model_providers.custody.wire_api', 'responses'],
    ['model_providers.custody.request_max_retries', 0],
    ['model_providers.custody.stream_max_retries', 0],
    ['check_for_update_on_startup', false],
    ['analytics.enabled', false],
    ['feedback.enabled', false],
    ['features.plugins', false],
    ['features.apps', false],
  ]
}
