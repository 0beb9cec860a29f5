import { describe, expect, it } from 'vitest'
import { refusalBody } from './index.ts'

const REFUSAL = { status: 403, code: 'gateway.run-ended', message: 'The run has ended.', requestId: 'req_1' }

describe('refusalBody', () => {
  it('speaks to each vendor’s clients in their own error shape', () => {
    expect(JSON.parse(refusalBody('anthropic', REFUSAL).body)).toEqual({
      type: 'error',
      error: { type: 'permission_error', message: 'The run has ended.' },
      request_id: 'req_1',
    })
    expect(JSON.parse(refusalBody('openai', REFUSAL).body)).toEqual({
      error: {
        message: 'The run has ended.',
        type: 'permission_denied',
        param: null,
        code: 'gateway.run-ended',
      },
    })
    expect(JSON.parse(refusalBody('gemini', REFUSAL).body)).toEqual({
      error: { code: 403, message: 'The run has ended.', status: 'PERMISSION_DENIED' },
    })
  })

  it('asks not to retry and names the request', () => {
    expect(refusalBody('openai', REFUSAL)).toMatchObject({
      status: 403,
      headers: { 'content-type': 'application/json', 'x-should-retry': 'false', 'x-request-id': 'req_1' },
    })
  })

  it.each([
    [402, 'billing_error'],
    [401, 'authentication_error'],
    [418, 'invalid_request_error'],
    [500, 'api_error'],
  ])('calls %i %s', (status, type) => {
    const { body } = refusalBody('anthropic', { ...REFUSAL, status })
    expect(JSON.parse(body)).toMatchObject({ error: { type } })
  })
})
