import { describe, expect, it } from 'vitest'
import { ENDPOINTS, matchEndpoint, type Vendor } from './index.ts'

describe('matchEndpoint', () => {
  const served: readonly (readonly [Vendor, string, string, string, string | undefined])[] = [
    ['anthropic', 'POST', '/v1/messages', 'anthropic-messages', undefined],
    ['anthropic', 'POST', '/v1/messages/count_tokens', 'anthropic-messages', undefined],
    ['anthropic', 'HEAD', '/api/hello', 'none', undefined],
    ['anthropic', 'GET', '/v1/models/claude-test-1', 'none', 'claude-test-1'],
    ['openai', 'POST', '/v1/chat/completions', 'openai-chat', undefined],
    ['openai', 'POST', '/v1/responses', 'openai-responses', undefined],
    ['openai', 'POST', '/v1/embeddings', 'openai-embeddings', undefined],
    ['openai', 'GET', '/v1/models', 'none', undefined],
    ['openai', 'GET', '/v1/models/ft:gpt-test:org::1', 'none', 'ft:gpt-test:org::1'],
    ['gemini', 'POST', '/v1beta/models/gemini-test-1:generateContent', 'gemini-generate', 'gemini-test-1'],
    ['gemini', 'POST', '/v1/models/gemini-test-1:streamGenerateContent', 'gemini-generate', 'gemini-test-1'],
    ['gemini', 'POST', '/v1beta/models/embed-1:batchEmbedContents', 'gemini-embeddings', 'embed-1'],
    ['gemini', 'GET', '/v1beta/models', 'none', undefined],
    ['gemini', 'POST', '/v1beta/models/a%2Fb:countTokens', 'gemini-generate', 'a/b'],
  ]

  it.each(served)('serves %s %s %s as %s', (vendor, method, path, ...expected) => {
    const match = matchEndpoint(vendor, method, path)
    expect([match?.endpoint.protocol, match?.model]).toEqual(expected)
  })

  const refused: readonly (readonly [Vendor, string, string])[] = [
    ['anthropic', 'GET', '/v1/messages'],
    ['anthropic', 'POST', '/v1/messages/'],
    ['anthropic', 'POST', '/v1/chat/completions'],
    ['openai', 'GET', '/v1/models/..'],
    ['openai', 'GET', '/v1/models/%2e%2e%2ffiles'],
    ['openai', 'GET', '/v1/models/a/b'],
    ['openai', 'GET', '/v1/models/%zz'],
    ['openai', 'GET', '/v1/models/'],
    ['openai', 'DELETE', '/v1/models/gpt-test-1'],
    ['gemini', 'POST', '/v1beta/models/:generateContent'],
    ['gemini', 'POST', '/v1beta/models/gemini-test-1:predict'],
  ]

  it.each(refused)('does not serve %s %s %s', (vendor, method, path) => {
    expect(matchEndpoint(vendor, method, path)).toBeUndefined()
  })

  it('knows the one endpoint that streams whatever the body says', () => {
    const streaming = ENDPOINTS.filter(({ stream }) => stream).map(({ path }) => path)
    expect(streaming).toEqual([
      '/v1beta/models/{model}:streamGenerateContent',
      '/v1/models/{model}:streamGenerateContent',
    ])
  })
})
