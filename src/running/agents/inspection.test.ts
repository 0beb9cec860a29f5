import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { type AgentKind, agentFiles, agentVersion } from './index.ts'

let root = ''
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'agents-')))
})
afterEach(() => rmSync(root, { recursive: true }))

function write(name: string, content = 'x'): string {
  const path = join(root, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
  return path
}

function listed(kind: AgentKind, environment: Record<string, string> = {}) {
  const home = join(root, 'home')
  const files = agentFiles({ kind, workDir: join(root, 'work'), home, environment })
  return files
    .map(({ path, role }) => `${role} ${relative(root, path)}`)
    .filter((line) => !line.includes('..'))
}

describe('the files of an agent', () => {
  it.each([
    ['claude-code', 'home/.claude/CLAUDE.md', 'instructions'],
    ['claude-code', 'home/.claude/settings.json', 'settings'],
    ['codex', 'home/.codex/config.toml', 'settings'],
    ['codex', 'home/.codex/hooks.json', 'settings'],
    ['opencode', 'home/.config/opencode/opencode.jsonc', 'settings'],
    ['gemini', 'home/.gemini/settings.json', 'settings'],
    ['gemini', 'home/.gemini/GEMINI.md', 'instructions'],
  ] as const)("include %s's own %s", (kind, path, role) => {
    write(path)
    expect(listed(kind)).toEqual([`${role} ${path}`])
    expect(listed('generic')).toEqual([])
  })

  it('include those of the repository for every agent', () => {
    for (const name of ['CLAUDE.md', 'AGENTS.md', '.mcp.json', '.claude/settings.local.json'])
      write(`work/${name}`)
    expect(listed('generic').sort()).toEqual([
      'instructions work/AGENTS.md',
      'instructions work/CLAUDE.md',
      'mcp work/.mcp.json',
      'settings work/.claude/settings.local.json',
    ])
  })

  it('never include credentials', () => {
    write('home/.claude/.credentials.json')
    write('home/.codex/auth.json')
    write('home/.gemini/oauth_creds.json')
    write('home/.config/opencode/auth.json')
    const kinds = ['claude-code', 'codex', 'opencode', 'gemini'] as const
    expect(kinds.flatMap((kind) => listed(kind))).toEqual([])
  })

  it('are looked for where the environment says', () => {
    write('elsewhere/config.toml')
    expect(listed('codex', { CODEX_HOME: join(root, 'elsewhere') })).toEqual([
      'settings elsewhere/config.toml',
    ])
  })
})

describe('the version of an agent', () => {
  const asked = (command: readonly string[]) =>
    agentVersion({ command, workDir: root, environment: { PATH: `${join(root, 'bin')}:/bin:/usr/bin` } })

  function program(name: string, script: string): string {
    const path = write(name, `#!/bin/sh\n${script}\n`)
    chmodSync(path, 0o755)
    return path
  }

  it('is what its program says, and the program is found on the path', async () => {
    const path = program('bin/claude', 'echo "2.1.330 (Claude Code)"')
    expect(await asked(['claude', '-p', 'x'])).toEqual({ version: '2.1.330', program: path })
  })

  it('of a script is what its package says', async () => {
    write('package.json', '{ "version": "0.61.0" }')
    const path = write('bundle/gemini.js', 'throw new Error("was started")')
    expect(await asked(['node', path, '-p', 'x'])).toEqual({ version: '0.61.0', program: path })
  })

  it('is unknown when the program fails', async () => {
    const path = program('agent', 'echo 1.2.3; exit 1')
    expect(await asked([path])).toEqual({ version: undefined, program: path })
  })

  it('is unknown when there is no such program', async () => {
    expect(await asked(['no-such-agent'])).toEqual({ version: undefined, program: undefined })
  })
})
