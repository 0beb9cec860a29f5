import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { AgentAdapter, AgentStart, ScratchFile } from './adapter.ts'
import { agentEnvironment } from './agent-environment.ts'
import { agentFailures } from './failures.ts'
import { gatewayUrls } from './gateway-urls.ts'
import { parseLooseJson } from './loose-json.ts'

/** What a run takes over from the user's `~/.gemini`; credentials, histories and trust decisions stay behind. */
const TAKEN_OVER = ['GEMINI.md', 'commands', 'extensions', 'skills', 'agents', 'policies']

/**
 * Gemini CLI. It takes the way of signing in from its settings alone, and trusts a settings file named by a variable
 * only where root owns it. So the run gets a home of its own: the user's settings with ours on top, and links to the
 * user's instructions and extensions. The user's `~/.gemini` is read and never written.
 */
export const gemini: AgentAdapter = {
  kind: 'gemini',
  prepare: (start) => ({
    command: start.command,
    environment: agentEnvironment(start, ['GEMINI_MODEL', 'GEMINI_SYSTEM_MD'], {
      GEMINI_API_KEY: start.token,
      GOOGLE_GEMINI_BASE_URL: gatewayUrls(start.gatewayUrl).gemini,
      GEMINI_CLI_HOME: scratchHome(start),
      GEMINI_CLI_TRUST_WORKSPACE: 'true',
      GEMINI_TELEMETRY_ENABLED: 'false',
    }),
    files: [settingsFile(start), ...links(start)],
  }),
}

function scratchHome(start: AgentStart): string {
  return join(start.scratchDir, 'gemini-home')
}

function settingsFile(start: AgentStart): ScratchFile {
  const settings = mergeSettings(userSettings(userFolder(start)), SETTINGS)
  return {
    path: join(scratchHome(start), '.gemini', 'settings.json'),
    content: JSON.stringify(settings, null, 2),
  }
}

function links(start: AgentStart): readonly ScratchFile[] {
  return TAKEN_OVER.map((name) => ({
    path: join(scratchHome(start), '.gemini', name),
    linkTo: join(userFolder(start), name),
  })).filter(({ linkTo }) => existsSync(linkTo))
}

function userFolder({ environment }: AgentStart): string {
  return join(environment.GEMINI_CLI_HOME ?? environment.HOME ?? '', '.gemini')
}

type Settings = Readonly<Record<string, unknown>>

const SETTINGS: Settings = {
  general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
  privacy: { usageStatisticsEnabled: false },
  security: { auth: { selectedType: 'gemini-api-key' }, folderTrust: { enabled: false } },
}

function userSettings(folder: string): Settings {
  const path = join(folder, 'settings.json')
  if (!existsSync(path)) return {}
  const settings = parseLooseJson(readFileSync(path, 'utf8'))
  if (settings !== undefined) return settings
  throw agentFailures.create(
    'bad-settings',
    `${path} is not a JSON object; correct it, then start the run again.`,
  )
}

function mergeSettings(below: Settings, above: Settings): Settings {
  const merged = Object.entries(above).map(([name, value]) => [name, merge(below[name], value)] as const)
  return { ...below, ...Object.fromEntries(merged) }
}

function merge(below: unknown, above: unknown): unknown {
  return isSettings(below) && isSettings(above) ? mergeSettings(below, above) : above
}

function isSettings(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
