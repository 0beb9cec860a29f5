import { join } from 'node:path'

import type { AgentAdapter, AgentStart, Environment } from './adapter.ts'
import { agentEnvironment } from './agent-environment.ts'
import { gatewayUrls } from './gateway-urls.ts'
import { withArguments } from './program.ts'

const PASSED_ON = [
  'CLAUDE_CONFIG_DIR',
  'ANTHROPIC_MODEL',
  'ANTHROPIC_SMALL_FAST_MODEL',
  'CLAUDE_CODE_MAX_OUTPUT_TOKENS',
  'MAX_THINKING_TOKENS',
  'BASH_DEFAULT_TIMEOUT_MS',
  'BASH_MAX_TIMEOUT_MS',
  'IS_SANDBOX',
]

/**
 * Claude Code. Variables in a settings file of the user's or the repository's win over the real environment and would
 * lead past the gateway, so ours are given once more as settings of the command line, which win over those. A command
 * that brings `--settings` of its own keeps them.
 */
export const claudeCode: AgentAdapter = {
  kind: 'claude-code',
  prepare: (start) => {
    const gateway = gatewaySettings(start)
    const environment = agentEnvironment(start, PASSED_ON, gateway)
    if (start.command.some((word) => /^--settings(=|$)/.test(word))) {
      return { command: start.command, environment, files: [] }
    }
    const path = join(start.scratchDir, 'claude-settings.json')
    return {
      command: withArguments(start.command, ['--settings', path]),
      environment,
      files: [{ path, content: JSON.stringify({ env: gateway }) }],
    }
  },
}

/** The token goes in as a bearer token, for which a terminal session asks no question. */
function gatewaySettings(start: AgentStart): Environment {
  return {
    ANTHROPIC_BASE_URL: gatewayUrls(start.gatewayUrl).anthropic,
    ANTHROPIC_AUTH_TOKEN: start.token,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
    DISABLE_TELEMETRY: '1',
    DISABLE_ERROR_REPORTING: '1',
    DISABLE_BUG_COMMAND: '1',
  }
}
