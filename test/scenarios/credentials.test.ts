import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type RawUpstream, startRawUpstream } from '../fakes/raw-upstream.ts'
import { eventually } from '../support/eventually.ts'
import { send } from '../support/http-client.ts'
import { type OpenedRun, RunningCustody, VENDOR_KEYS, type Vendor } from '../support/running-custody.ts'

const CALLS: Readonly<Record<Vendor, string>> = {
  anthropic: '/anthropic/v1/messages',
  openai: '/openai/v1/chat/completions',
  gemini: '/gemini/v1beta/models/g:generateContent',
}
const VENDORS = Object.keys(CALLS) as Vendor[]
const BODY = '{"model":"m","messages":[],"contents":[]}'

type Placed = { readonly headers?: Readonly<Record<string, string>>; readonly query?: string }
const PLACES: Readonly<Record<string, (token: string) => Placed>> = {
  'x-api-key': (token) => ({ headers: { 'x-api-key': token } }),
  Bearer: (token) => ({ headers: { authorization: `Bearer ${token}` } }),
  'x-goog-api-key': (token) => ({ headers: { 'x-goog-api-key': token } }),
  '?key=': (token) => ({ query: `?alt=json&key=${token}` }),
}
const FOREIGN = `cst_run_${'A'.repeat(43)}`

/** What each vendor's clients read in a refusal of this status. */
const SHAPES: Readonly<Record<Vendor, (name: string) => object>> = {
  anthropic: () => ({ type: 'error', error: { type: 'permission_error' } }),
  openai: (code) => ({ error: { type: 'permission_denied', param: null, code } }),
  gemini: () => ({ error: { code: 403, status: 'PERMISSION_DENIED' } }),
}

describe('who may call a model', () => {
  let upstream: RawUpstream
  let custody: RunningCustody
  let run: OpenedRun

  beforeAll(async () => {
    upstream = await startRawUpstream(({ response }) => response.end('{}'))
    custody = await RunningCustody.start({ upstream: upstream.url })
  })
  beforeEach(async () => {
    run = await custody.openRun()
  })
  afterAll(async () => {
    await custody[Symbol.asyncDispose]()
    await upstream[Symbol.asyncDispose]()
  })

  const call = (vendor: Vendor, { headers = {}, query = '' }: Placed) =>
    send(`${custody.url}/gateway${CALLS[vendor]}${query}`, { headers, body: BODY })

  const refusals = () => {
    using view = custody.durable()
    return view.events(run.run).filter((event) => event.kind === 'model.refused')
  }

  it.each(VENDORS.flatMap((vendor) => Object.keys(PLACES).map((place) => [vendor, place] as const)))(
    'lets a %s call with the run token in %s through, with the vendor key in its place [ID-1]',
    async (vendor, place) => {
      expect((await call(vendor, PLACES[place]?.(run.token) ?? {})).status).toBe(200)
      const seen = upstream.calls.at(-1)
      expect(JSON.stringify([seen?.target, seen?.headers])).not.toContain('cst_run_')
      expect(JSON.stringify(seen?.headers)).toContain(VENDOR_KEYS[vendor])
    },
  )

  it.each(VENDORS)(
    'refuses a %s call without a credential with 401 and sends nothing [ID-1]',
    async (vendor) => {
      const before = upstream.calls.length
      const answer = await call(vendor, {})
      expect([answer.status, answer.headers['x-should-retry']]).toEqual([401, 'false'])
      expect(answer.body.toString()).toContain('gateway.no-credential')
      expect(upstream.calls.length).toBe(before)
    },
  )

  it.each(
    VENDORS.flatMap(
      (vendor) =>
        [
          [vendor, 'malformed', 'sk-ant-not-ours'],
          [vendor, 'foreign', FOREIGN],
        ] as const,
    ),
  )('refuses a %s call with a %s token in the vendor’s own shape [ID-1]', async (vendor, _state, token) => {
    const before = upstream.calls.length
    const answer = await call(vendor, { headers: { 'x-api-key': token } })
    expect([answer.status, answer.headers['x-should-retry']]).toEqual([403, 'false'])
    expect(answer.json()).toMatchObject(SHAPES[vendor]('gateway.unknown-token'))
    expect(answer.body.toString()).not.toContain(token)
    expect(upstream.calls.length).toBe(before)
  })

  it.each(VENDORS)('refuses a %s call of a run that has ended [ID-1]', async (vendor) => {
    const before = upstream.calls.length
    await custody.closeRun(run)
    const answer = await call(vendor, { headers: { 'x-api-key': run.token } })
    expect(answer.status).toBe(403)
    expect(answer.json()).toMatchObject(SHAPES[vendor]('gateway.run-ended'))
    expect(upstream.calls.length).toBe(before)
  })

  it('does not take a person’s session for a run token [ID-1]', async () => {
    const answer = await call('anthropic', { headers: { 'x-api-key': custody.person.session } })
    expect(answer.status).toBe(403)
  })

  it('does not take a run token for a session [ID-1]', async () => {
    expect((await custody.api('GET', '/v1/runs', undefined, run.token)).status).toBe(401)
  })

  it('records a refusal of an open run and counts it', async () => {
    const answer = await send(`${custody.url}/gateway/openai/v1/responses`, {
      headers: { 'x-api-key': run.token, 'content-encoding': 'gzip' },
      body: 'no gzip',
    })
    expect(answer.status).toBe(415)
    expect(refusals().map((event) => event.data)).toMatchObject([
      { code: 'gateway.body-encoded', status: 415, vendor: 'openai' },
    ])
    expect((await custody.api('GET', `/v1/runs/${run.run}`)).json()).toMatchObject({ refusedCalls: 1 })
  })
})

describe('tokens that expire and vendors without a key', () => {
  it('refuses an expired token [ID-1]', async () => {
    await using upstream = await startRawUpstream(({ response }) => response.end('{}'))
    await using custody = await RunningCustody.start({
      upstream: upstream.url,
      settings: { tokenLifetimeMs: 1 },
    })
    const run = await custody.openRun()
    const answer = await eventually('the token expires', async () => {
      const received = await custody.call(CALLS.openai, run.token, { body: BODY })
      return received.status === 200 ? undefined : received
    })
    expect(answer.status).toBe(403)
    expect(answer.json()).toMatchObject(SHAPES.openai('gateway.token-expired'))
    using view = custody.durable()
    const refused = view.events(run.run).filter((event) => event.kind === 'model.refused')
    expect(refused.at(-1)?.data).toMatchObject({ code: 'gateway.token-expired' })
  })

  it('refuses a vendor that has no key, and says which setting it lacks', async () => {
    await using custody = await RunningCustody.start()
    const { token } = await custody.openRun()
    const answer = await custody.call(CALLS.gemini, token, { body: BODY })
    expect(answer.status).toBe(403)
    expect(answer.body.toString()).toContain('gateway.upstreams.gemini.key')
  })
})
