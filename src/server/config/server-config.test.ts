import { describe, expect, it } from 'vitest'
import { formatProblems } from '../../governing/documents/index.ts'
import {
  parseServerConfig,
  type ReadSecret,
  redactedConfig,
  type ServerConfig,
  starterConfig,
} from './index.ts'

const noSecrets: ReadSecret = () => undefined

function read(text: string, readSecret: ReadSecret = noSecrets): ServerConfig {
  const result = parseServerConfig(text, { file: 'custody.yaml', readSecret })
  if (!result.ok) throw new Error(formatProblems(result.refusal))
  return result.value
}

function problems(text: string): string {
  const result = parseServerConfig(text, { file: 'custody.yaml', readSecret: noSecrets })
  return result.ok ? 'no problems' : formatProblems(result.refusal)
}

describe('parseServerConfig', () => {
  it('has a default for everything', () => {
    expect(redactedConfig(read(''))).toEqual({
      listen: { host: '127.0.0.1', port: 4880 },
      behindProxy: false,
      publicUrl: undefined,
      identity: { passwords: true, oidc: undefined },
      database: 'env:CUSTODY_DATABASE',
      node: 'n1',
      gateway: {
        maxBody: { bytes: 32_000_000 },
        upstreams: {
          anthropic: {
            url: 'https://api.anthropic.com',
            key: 'env:ANTHROPIC_API_KEY',
            configured: false,
            headersTimeout: { ms: 600_000 },
            bodyTimeout: { ms: 600_000 },
          },
          openai: {
            url: 'https://api.openai.com',
            key: 'env:OPENAI_API_KEY',
            configured: false,
            headersTimeout: { ms: 600_000 },
            bodyTimeout: { ms: 600_000 },
          },
          gemini: {
            url: 'https://generativelanguage.googleapis.com',
            key: 'env:GEMINI_API_KEY',
            configured: false,
            headersTimeout: { ms: 600_000 },
            bodyTimeout: { ms: 600_000 },
          },
        },
      },
      witness: { policy: 'witness-policy.txt', heartbeat: { ms: 60_000 }, alertAfter: { ms: 900_000 } },
      metrics: { token: 'env:CUSTODY_METRICS_TOKEN' },
      scim: { deactivation: { share: { ratio: 0.2 }, window: { ms: 3_600_000 }, atLeast: 5 }, roles: {} },
      keys: { services: {} },
      runs: { abandonAfter: { ms: 30_000 }, tokenLifetime: { ms: 900_000 } },
    })
  })

  it('reads the starter file as its defaults', () => {
    expect(redactedConfig(read(starterConfig()))).toEqual(redactedConfig(read('')))
  })

  it('reads the roles of groups, and no role that only integrations have', () => {
    const text = 'scim: { deactivation: { share: 5% }, roles: { Custody Admins: [administrator, auditor] } }'
    expect(read(text).scim).toMatchObject({
      deactivation: { share: { ratio: 0.05 } },
      roles: { 'Custody Admins': ['administrator', 'auditor'] },
    })
    expect(problems(text.replace('auditor', 'provisioner'))).toContain('scim.roles')
    expect(problems(text.replace('5%', '0%'))).toContain('a share from 1% to 100%')
  })

  it('names key services with their public keys, and their tokens by reference only', () => {
    const publicKey = 'MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo='
    const text = `keys: { services: { kms: { use: log, url: "https://kms.example/sign", publicKey: "${publicKey}", token: "env:T" } } }`
    expect(redactedConfig(read(text, () => 'secret')).keys.services).toEqual({
      kms: { use: 'log', url: 'https://kms.example/sign', publicKey, token: 'env:T', timeout: { ms: 5_000 } },
    })
    expect(problems(text.replace('use: log', 'use: statements'))).toContain('must be an ECDSA key')
    expect(problems(text.replace(publicKey, 'AAAA'))).toContain('must be an Ed25519 key')
    expect(problems(text.replace('https', 'http'))).toContain('Only https leaves this machine')
  })

  it('keeps the defaults of what a section does not say', () => {
    const { gateway } = read('gateway: { upstreams: { openai: { url: "http://127.0.0.1:9000/base/" } } }')
    expect(gateway.upstreams.openai.url).toBe('http://127.0.0.1:9000/base')
    expect(gateway.upstreams.openai.bodyTimeout).toEqual({ ms: 600_000 })
    expect(gateway.upstreams.anthropic.url).toBe('https://api.anthropic.com')
  })

  it.each([
    ['gatway: {}', '1:1  gatway is not a known key.  → did you mean gateway?'],
    ['gateway: { maxBody: 32 }', '1:21  gateway.maxBody must be a size from 1MB to 1GB'],
    ['gateway: { upstreams: { mistral: {} } }', '1:25  gateway.upstreams.mistral is not a known key.'],
    ['runs: { abandonAfter: soon }', '1:23  runs.abandonAfter must be a time from 1s to 1d'],
    ['listen: 4880', '1:9  listen must be HOST:PORT, such as 127.0.0.1:4880, not a number.'],
    ['listen: 127.0.0.1:70000', '1:9  listen must be HOST:PORT'],
  ])('refuses %s', (text, sentence) => {
    expect(problems(text)).toContain(`custody.yaml:${sentence}`)
  })
})

describe('listen', () => {
  it.each([
    ['127.0.0.1:0', '127.0.0.1', 0],
    ['localhost:4880', 'localhost', 4880],
    ['"[::1]:4880"', '::1', 4880],
  ])('accepts the loopback address %s', (written, host, port) => {
    expect(read(`listen: ${written}`).listen).toEqual({ host, port })
  })

  it.each([
    '0.0.0.0:4880',
    '"[::]:4880"',
    '192.168.1.5:4880',
    'custody.example.com:443',
    '127.example.com:80',
  ])('refuses %s unless a proxy stands in front', (written) => {
    expect(problems(`listen: ${written}`)).toContain('behindProxy: true when a TLS proxy stands in front')
    expect(problems(`listen: ${written}\nbehindProxy: true`)).toBe('no problems')
  })
})

describe('an upstream’s key', () => {
  const withKey = (key: string) => `gateway: { upstreams: { openai: { key: "${key}" } } }`

  it('is looked up when it is needed, not when the file is read', () => {
    let value: string | undefined
    const { openai } = read(withKey('file:/run/secrets/openai'), ({ kind }) =>
      kind === 'file' ? value : undefined,
    ).gateway.upstreams
    expect(openai.key.read()).toBeUndefined()
    value = 'sk-later\n'
    expect(openai.key.read()).toBe('sk-later')
  })

  it('is refused when it stands in the file, without being repeated', () => {
    const told = problems(withKey('sk-literal-secret'))
    expect(told).toContain('A secret cannot stand in this file.  → write it as env:NAME or file:PATH')
    expect(told).not.toContain('sk-literal')
  })

  it('is refused when it could not stand in a header, without being repeated', () => {
    const { key } = read(withKey('env:KEY'), () => 'sk-one\r\nx-evil: 1').gateway.upstreams.openai
    expect(() => key.read()).toThrow(expect.objectContaining({ code: 'config.unusable-secret' }))
    expect(() => key.read()).not.toThrow(/sk-one/)
  })

  it('does not appear in the configuration, however it is shown', () => {
    const config = read(withKey('env:KEY'), () => 'sk-hidden')
    expect(JSON.stringify([config, redactedConfig(config)])).not.toContain('sk-hidden')
    expect(redactedConfig(config).gateway.upstreams.openai).toMatchObject({
      key: 'env:KEY',
      configured: true,
    })
  })
})

describe('an upstream’s url', () => {
  const withUrl = (url: string) => `gateway: { upstreams: { openai: { url: "${url}" } } }`

  it.each(['http://127.0.0.1:9/', 'http://localhost:9', 'http://[::1]:9', 'https://models.example.com/v2'])(
    'may be %s',
    (url) => {
      expect(problems(withUrl(url))).toBe('no problems')
    },
  )

  it.each([
    ['http://api.openai.com', 'Only https leaves this machine'],
    ['http://127.0.0.1.example.com', 'Only https leaves this machine'],
    ['ftp://api.openai.com', 'Only https leaves this machine'],
    ['https://user:hunter2@api.openai.com', 'cannot hold a user name or password'],
    ['https://api.openai.com?key=hunter2', 'cannot hold a query'],
    ['api.openai.com', 'must be an https address'],
  ])('may not be %s', (url, sentence) => {
    expect(problems(withUrl(url))).toContain(sentence)
    expect(problems(withUrl(url))).not.toContain('hunter2')
  })
})
