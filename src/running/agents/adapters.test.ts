import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { type AgentStart, adapterFor, type PreparedAgent, placeFiles } from './index.ts'

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'agents-'))
})
afterEach(() => rmSync(root, { recursive: true }))

function prepared(
  kind: string | undefined,
  command: readonly string[],
  change: Partial<AgentStart> = {},
): PreparedAgent {
  return adapterFor(kind, command).prepare({
    command,
    run: 'run_1',
    gatewayUrl: 'http://127.0.0.1:4880',
    token: 'run-token',
    scratchDir: join(root, 'scratch'),
    environment: { PATH: '/bin', HOME: root },
    ...change,
  })
}

describe('the adapter of a command', () => {
  it.each([
    [['claude', '-p', 'x'], 'claude-code'],
    [['/opt/bin/codex', 'exec'], 'codex'],
    [['opencode.cmd', 'run'], 'opencode'],
    [['node', '--no-warnings', '/opt/bundle/gemini.js'], 'gemini'],
    [['npx', '-y', '@google/gemini-cli@0.61.0', '-p', 'x'], 'gemini'],
    [['env', 'A=1', 'codex', 'exec'], 'codex'],
    [['python3', 'agent.py'], 'generic'],
    [['node', 'agent.js', 'claude'], 'generic'],
    [['constructor'], 'generic'],
  ])('of %j is %s', (command, kind) => {
    expect(adapterFor(undefined, command).kind).toBe(kind)
  })

  it('is the named one when a kind is named', () => {
    expect(adapterFor('codex', ['my-codex']).kind).toBe('codex')
  })

  it('is refused for an unknown kind, with the known ones in the message', () => {
    expect(() => adapterFor('cursor', ['x'])).toThrow(/claude-code, codex, opencode, gemini, generic/)
  })

  it('is refused for an empty command', () => {
    expect(() => adapterFor(undefined, [])).toThrow(expect.objectContaining({ code: 'agents.no-command' }))
  })
})

describe('the environment of an agent', () => {
  const environment = {
    PATH: '/bin',
    HOME: '/home/ada',
    LC_ALL: 'C',
    XDG_CONFIG_HOME: '/home/ada/.config',
    ANTHROPIC_API_KEY: 'vendor-key',
    OPENAI_API_KEY: 'vendor-key',
    GEMINI_API_KEY: 'vendor-key',
    GITHUB_TOKEN: 'forge-token',
    AWS_SECRET_ACCESS_KEY: 'cloud-key',
    NODE_OPTIONS: '--require evil',
    UNSET: undefined,
  }

  it.each(['claude', 'codex', 'opencode', 'gemini', 'other'])('keeps secrets from %s', (program) => {
    const values = Object.values(prepared(undefined, [program], { environment }).environment)
    expect(values.filter((value) => /vendor-key|forge-token|cloud-key|evil/.test(value))).toEqual([])
  })

  it('holds what a program needs to work, and the run', () => {
    expect(prepared('generic', ['x'], { environment }).environment).toMatchObject({
      PATH: '/bin',
      HOME: '/home/ada',
      LC_ALL: 'C',
      XDG_CONFIG_HOME: '/home/ada/.config',
      CUSTODY_RUN: 'run_1',
      NO_PROXY: expect.stringContaining('127.0.0.1'),
    })
  })

  it('points the libraries of all vendors at the gateway for an unknown agent', () => {
    expect(prepared('generic', ['x']).environment).toMatchObject({
      ANTHROPIC_BASE_URL: 'http://127.0.0.1:4880/gateway/anthropic',
      ANTHROPIC_API_KEY: 'run-token',
      OPENAI_BASE_URL: 'http://127.0.0.1:4880/gateway/openai/v1',
      OPENAI_API_KEY: 'run-token',
      GOOGLE_GEMINI_BASE_URL: 'http://127.0.0.1:4880/gateway/gemini',
      GEMINI_API_KEY: 'run-token',
    })
  })
})

describe('Claude Code', () => {
  it('gets the gateway as settings of the command line too, for these win over settings files', () => {
    const { command, files, environment } = prepared(undefined, ['claude', '-p', 'x'])
    const path = join(root, 'scratch', 'claude-settings.json')
    expect(command).toEqual(['claude', '--settings', path, '-p', 'x'])
    const { env } = JSON.parse(contentOf(files, path))
    expect(env).toMatchObject({ ANTHROPIC_BASE_URL: environment.ANTHROPIC_BASE_URL })
  })

  it('keeps the settings a command brings', () => {
    const command = ['claude', '--settings', 'mine.json', '-p', 'x']
    expect(prepared(undefined, command)).toMatchObject({ command, files: [] })
  })
})

describe('Codex', () => {
  it('gets its provider right behind the program, without retries', () => {
    const { command } = prepared(undefined, ['node', 'codex.js', 'exec', 'task'])
    expect(command.slice(0, 4)).toEqual(['node', 'codex.js', '-c', 'model_provider="custody"'])
    expect(command.slice(-2)).toEqual(['exec', 'task'])
    expect(command).toContain('model_providers.custody.base_url="http://127.0.0.1:4880/gateway/openai/v1"')
    expect(command).toContain('model_providers.custody.request_max_retries=0')
  })

  it('gets the token in its environment and never in its command', () => {
    const { command, environment } = prepared(undefined, ['codex'])
    expect([environment.CUSTODY_RUN_TOKEN, command.join(' ').includes('run-token')]).toEqual([
      'run-token',
      false,
    ])
  })
})

describe('opencode', () => {
  const configured = (content?: string) => {
    const environment = content === undefined ? {} : { OPENCODE_CONFIG_CONTENT: content }
    return JSON.parse(
      prepared('opencode', ['opencode'], { environment }).environment.OPENCODE_CONFIG_CONTENT ?? '',
    )
  }

  it('gets every vendor it may use at the gateway', () => {
    const { provider, enabled_providers: enabled } = configured()
    expect(Object.keys(provider)).toEqual(enabled)
    expect(provider.google.options.baseURL).toBe('http://127.0.0.1:4880/gateway/gemini/v1beta')
  })

  it('keeps what else the user configured', () => {
    const users = '{ "permission": { "edit": "ask" }, "provider": { "mine": {} } } // and a remark'
    expect(configured(users)).toMatchObject({ permission: { edit: 'ask' }, autoupdate: false })
    expect(configured(users).provider).not.toHaveProperty('mine')
  })
})

describe('Gemini CLI', () => {
  const settings = '.gemini/settings.json'

  it("gets a home of its own with the user's settings and ours on top", () => {
    write(
      join(root, settings),
      '{ /* mine */ "security": { "auth": { "selectedType": "oauth-personal" } }, "ui": {} }',
    )
    const { files, environment } = prepared('gemini', ['gemini'])
    const own = join(environment.GEMINI_CLI_HOME ?? '', settings)
    expect(own.startsWith(join(root, 'scratch'))).toBe(true)
    expect(JSON.parse(contentOf(files, own))).toMatchObject({
      ui: {},
      security: { auth: { selectedType: 'gemini-api-key' }, folderTrust: { enabled: false } },
      privacy: { usageStatisticsEnabled: false },
    })
  })

  it("is linked to the user's instructions, and to no credentials", () => {
    write(join(root, '.gemini/GEMINI.md'), 'Be brief.')
    write(join(root, '.gemini/oauth_creds.json'), '{}')
    const { files } = prepared('gemini', ['gemini'])
    const targets = files.flatMap((file) => ('linkTo' in file ? [file.linkTo] : []))
    expect(targets).toEqual([join(root, '.gemini/GEMINI.md')])
  })

  it('refuses settings it cannot read, without showing them', () => {
    write(join(root, settings), '{ "secret-thing": ')
    expect(() => prepared('gemini', ['gemini'])).toThrow(
      expect.objectContaining({
        code: 'agents.bad-settings',
        message: expect.not.stringContaining('secret-thing'),
      }),
    )
  })
})

describe('placing files', () => {
  it('writes them for the owner alone and sets the links', () => {
    write(join(root, 'GEMINI.md'), 'Be brief.')
    const path = join(root, 'scratch', 'a', 'settings.json')
    placeFiles([
      { path, content: '{}' },
      { path: join(root, 'scratch', 'a', 'GEMINI.md'), linkTo: join(root, 'GEMINI.md') },
    ])
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readFileSync(join(root, 'scratch', 'a', 'GEMINI.md'), 'utf8')).toBe('Be brief.')
  })

  it('writes through no link that is there already', () => {
    const path = join(root, 'there')
    write(path, 'kept')
    expect(() => placeFiles([{ path, content: 'new' }])).toThrow(/EEXIST/)
    expect([existsSync(path), readFileSync(path, 'utf8')]).toEqual([true, 'kept'])
  })
})

function write(path: string, content: string): void {
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, content)
}

function contentOf(files: PreparedAgent['files'], path: string): string {
  const file = files.find((candidate) => candidate.path === path)
  return file !== undefined && 'content' in file ? file.content : ''
}
