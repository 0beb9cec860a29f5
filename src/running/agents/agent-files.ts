import { existsSync, globSync, statSync } from 'node:fs'
import { join } from 'node:path'

import type { AgentKind } from './adapter.ts'

export interface AgentFile {
  /** Absolute. */
  readonly path: string
  readonly role: AgentFileRole
}

export type AgentFileRole = 'instructions' | 'settings' | 'mcp'

/**
 * The configuration and instruction files an agent of this kind would read, as far as they exist: of the work
 * directory first, then of the user. Files that hold credentials are never listed.
 */
export function agentFiles(place: {
  readonly kind: AgentKind
  readonly workDir: string
  readonly home: string
  readonly environment: Readonly<Record<string, string | undefined>>
}): readonly AgentFile[] {
  const { kind, workDir, home, environment } = place
  const wanted = [
    ...WORK_FILES.map(([pattern, role]) => [workDir, pattern, role] as const),
    ...USER_FILES[kind].map((row) => [row.folder(home, environment), row.pattern, row.role] as const),
  ]
  const found = wanted.flatMap(([folder, pattern, role]) =>
    matches(folder, pattern).map((path) => ({ path, role })),
  )
  return found.filter(({ path }, at) => found.findIndex((other) => other.path === path) === at)
}

/** Agents read each other's files (Gemini CLI and opencode know AGENTS.md), so all of them are listed for all. */
const WORK_FILES: readonly (readonly [string, AgentFileRole])[] = [
  ['CLAUDE.md', 'instructions'],
  ['CLAUDE.local.md', 'instructions'],
  ['AGENTS.md', 'instructions'],
  ['AGENTS.override.md', 'instructions'],
  ['GEMINI.md', 'instructions'],
  ['.claude/CLAUDE.md', 'instructions'],
  ['.claude/rules/**/*.md', 'instructions'],
  ['.claude/agents/**/*.md', 'instructions'],
  ['.claude/commands/**/*.md', 'instructions'],
  ['.claude/skills/**/SKILL.md', 'instructions'],
  ['.claude/settings.json', 'settings'],
  ['.claude/settings.local.json', 'settings'],
  ['.mcp.json', 'mcp'],
  ['.codex/config.toml', 'settings'],
  ['.codex/hooks.json', 'settings'],
  ['.gemini/settings.json', 'settings'],
  ['.gemini/GEMINI.md', 'instructions'],
  ['opencode.json', 'settings'],
  ['opencode.jsonc', 'settings'],
  ['.opencode/opencode.json', 'settings'],
  ['.opencode/opencode.jsonc', 'settings'],
  ['.opencode/{agent,agents,command,commands}/**/*.md', 'instructions'],
  ['.opencode/{plugin,plugins}/*.{js,ts}', 'settings'],
]

interface UserRow {
  readonly folder: (home: string, environment: Readonly<Record<string, string | undefined>>) => string
  readonly pattern: string
  readonly role: AgentFileRole
}

const inClaude = (pattern: string, role: AgentFileRole): UserRow => ({
  folder: (home, environment) => environment.CLAUDE_CONFIG_DIR ?? join(home, '.claude'),
  pattern,
  role,
})
const inCodex = (pattern: string, role: AgentFileRole): UserRow => ({
  folder: (home, environment) => environment.CODEX_HOME ?? join(home, '.codex'),
  pattern,
  role,
})
const inOpencode = (pattern: string, role: AgentFileRole): UserRow => ({
  folder: (home, environment) => join(environment.XDG_CONFIG_HOME ?? join(home, '.config'), 'opencode'),
  pattern,
  role,
})
const inGemini = (pattern: string, role: AgentFileRole): UserRow => ({
  folder: (home, environment) => join(environment.GEMINI_CLI_HOME ?? home, '.gemini'),
  pattern,
  role,
})
const managed = (folder: string, pattern: string): UserRow => ({
  folder: () => folder,
  pattern,
  role: 'settings',
})

const USER_FILES: Readonly<Record<AgentKind, readonly UserRow[]>> = {
  'claude-code': [
    inClaude('CLAUDE.md', 'instructions'),
    inClaude('rules/**/*.md', 'instructions'),
    inClaude('agents/**/*.md', 'instructions'),
    inClaude('settings.json', 'settings'),
    managed('/etc/claude-code', 'managed-settings.json'),
    managed('/etc/claude-code', 'managed-mcp.json'),
  ],
  codex: [
    inCodex('AGENTS.md', 'instructions'),
    inCodex('AGENTS.override.md', 'instructions'),
    inCodex('config.toml', 'settings'),
    inCodex('hooks.json', 'settings'),
    managed('/etc/codex', 'requirements.toml'),
    managed('/etc/codex', 'config.toml'),
  ],
  opencode: [
    inOpencode('AGENTS.md', 'instructions'),
    inOpencode('{agent,agents,command,commands}/**/*.md', 'instructions'),
    inOpencode('{opencode,config}.{json,jsonc}', 'settings'),
    inOpencode('{plugin,plugins}/*.{js,ts}', 'settings'),
  ],
  gemini: [
    inGemini('GEMINI.md', 'instructions'),
    inGemini('settings.json', 'settings'),
    inGemini('policies/*.toml', 'settings'),
    managed('/etc/gemini-cli', 'settings.json'),
    managed('/etc/gemini-cli', 'system-defaults.json'),
  ],
  generic: [],
}

function matches(folder: string, pattern: string): readonly string[] {
  if (!existsSync(folder)) return []
  return globSync(pattern, { cwd: folder })
    .sort()
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true)
}
