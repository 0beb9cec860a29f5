import { describe, expect, it } from 'vitest'
import { parseServerConfig, redactedConfig } from '../config/index.ts'
import { configuredSignIn, DEFAULT_SIGN_IN } from './index.ts'

const OIDC = 'oidc: { issuer: "https://login.example.com", clientId: custody }'

function read(text: string) {
  const config = parseServerConfig(text, {
    file: 'custody.yaml',
    readSecret: (reference) =>
      reference.kind === 'env' ? `secret of ${reference.name}`.replaceAll(' ', '-') : undefined,
  })
  if (!config.ok) throw new Error(config.refusal.map(({ path, message }) => `${path}: ${message}`).join('\n'))
  return config.value
}

describe('signing in as custody.yaml says', () => {
  it('is by password, on this machine, when it says nothing', () => {
    expect(configuredSignIn(read(''))).toEqual(DEFAULT_SIGN_IN)
  })

  it('is through the provider it names, with a secret that is looked up when it is needed', () => {
    const { oidc, passwords, publicUrl } = configuredSignIn(
      read(`publicUrl: https://custody.example.com/\nidentity: { passwords: false, ${OIDC} }`),
    )
    expect([passwords, publicUrl]).toEqual([false, 'https://custody.example.com'])
    expect(oidc).toMatchObject({
      issuer: 'https://login.example.com',
      addUnknown: false,
      name: 'single sign-on',
    })
    expect(oidc?.clientSecret()).toBe('secret-of-CUSTODY_OIDC_CLIENT_SECRET')
  })

  it('shows the secret’s reference only', () => {
    const config = read(`identity: { ${OIDC} }`)
    expect(redactedConfig(config).identity.oidc?.clientSecret).toBe('env:CUSTODY_OIDC_CLIENT_SECRET')
    expect(JSON.stringify([config, redactedConfig(config)])).not.toContain('secret-of')
  })

  it.each([
    ['identity: { oidc: { clientId: custody } }', 'issuer is missing'],
    ['identity: { oidc: { issuer: "http://login.example.com", clientId: custody } }', 'Only https'],
    [
      `identity: { oidc: { issuer: "https://login.example.com", clientId: c, clientSecret: s3cret } }`,
      'A secret cannot',
    ],
    ['publicUrl: http://custody.example.com', 'publicUrl must be an https address without a path'],
    ['publicUrl: https://example.com/custody', 'publicUrl must be an https address without a path'],
    ['publicUrl: https://ada:pw@example.com', 'publicUrl must be an https address without a path'],
  ])('is refused as %s', (text, problem) => {
    expect(() => read(text)).toThrow(problem)
  })
})
