import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RawCall, type RawUpstream, startRawUpstream } from '../fakes/raw-upstream.ts'
import { type OpenedRun, RunningCustody, VENDOR_KEYS } from '../support/running-custody.ts'

/** What somebody would look for, each in a place of its own. */
const MARKS = {
  prompt: 'MARK-prompt-8f1c',
  task: 'MARK-task-77aa',
  header: 'MARK-header-19be',
  toolArgument: 'MARK-argument-52d0',
  vendorError: 'MARK-error-c3d4',
  fileContent: 'MARK-file-0e9f',
  branch: 'MARK-branch-aa51',
} as const

const BODY = JSON.stringify({
  model: 'claude-test-1',
  messages: [{ role: 'user', content: MARKS.prompt }],
  tools: [{ name: 'Bash', description: MARKS.prompt }],
})
const TOOL_CALL = JSON.stringify({
  type: 'message',
  model: 'claude-test-1',
  stop_reason: 'tool_use',
  content: [{ type: 'tool_use', id: 'toolu_1', name: 'Bash', input: { command: MARKS.toolArgument } }],
  usage: { input_tokens: 1, output_tokens: 1 },
})
const ERROR = JSON.stringify({ type: 'error', error: { type: 'api_error', message: MARKS.vendorError } })

/** What a vendor may do; each is driven once. */
const ANSWERS: readonly ((call: RawCall) => unknown)[] = [
  ({ response }) => response.writeHead(200, { 'content-type': 'application/json' }).end(TOOL_CALL),
  ({ response }) => response.writeHead(500, { 'content-type': 'application/json' }).end(ERROR),
  ({ response }) =>
    response.writeHead(502, MARKS.vendorError, { 'content-type': MARKS.vendorError }).end(ERROR),
  ({ response }) =>
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(`data: ${ERROR}\n\n`),
  ({ response }) => response.destroy(),
]

describe('what is found of secrets and prompts outside the vault', () => {
  let answer: (call: RawCall) => unknown
  let upstream: RawUpstream
  let custody: RunningCustody
  let run: OpenedRun
  const answers: string[] = []

  beforeAll(async () => {
    upstream = await startRawUpstream((call) => answer(call))
    custody = await RunningCustody.start({ upstream: upstream.url })
    run = await custody.openRun(MARKS.task)
    await driveEverything()
  })
  afterAll(async () => {
    await custody[Symbol.asyncDispose]()
    await upstream[Symbol.asyncDispose]()
  })

  const call = async (body: string, headers: Readonly<Record<string, string>> = {}) => {
    const sending = { headers: { 'x-trace': MARKS.header, 'anthropic-beta': MARKS.header, ...headers }, body }
    // The vendor's own words reach the client, and only the client.
    return custody.call('/anthropic/v1/messages', run.token, sending).catch(() => undefined)
  }

  async function driveEverything(): Promise<void> {
    for (answer of ANSWERS) await call(BODY)
    const refused = [
      await call(`{"a":"${MARKS.prompt}`),
      await call(BODY, { 'content-encoding': MARKS.header }),
      await call(BODY, { 'x-api-key': `${VENDOR_KEYS.openai}${MARKS.header}` }),
    ]
    const file = Buffer.from(MARKS.fileContent).toString('base64')
    const observed = [
      {
        kind: 'agent.configured',
        data: { files: 1 },
        parts: [{ name: 'c0', type: 'text/plain', body: file }],
      },
      { kind: MARKS.prompt, data: {}, parts: [] },
      { kind: 'change.observed', data: {}, parts: [{ name: 'files', type: 'text/plain', body: file }] },
      { kind: 'agent.configured', data: { [MARKS.fileContent]: 1.5 }, parts: [] },
    ]
    for (const body of observed)
      refused.push(await custody.api('POST', `/v1/runs/${run.run}/observations`, body))
    refused.push(await custody.closeRun(run), await call(BODY), await custody.api('GET', '/v1/runs'))
    answers.push(...refused.map((received) => received?.body.toString() ?? ''))
  }

  const secrets = () => [run.token, custody.person.session, ...Object.values(VENDOR_KEYS)]

  it('no line of the log holds one', () => {
    const lines = custody.reported.join('\n')
    expect([...secrets(), ...Object.values(MARKS)].filter((mark) => lines.includes(mark))).toEqual([])
  })

  it('no refusal and no list holds one, but for what the caller itself named', () => {
    const { fileContent, prompt, ...others } = MARKS
    const text = answers.join('\n')
    expect([...secrets(), ...Object.values(others)].filter((mark) => text.includes(mark))).toEqual([])
    expect(answers.slice(0, 3).filter((body) => body.includes(fileContent) || body.includes(prompt))).toEqual(
      [],
    )
  })

  it('no event holds one', () => {
    using view = custody.durable()
    const entries = view.entries().map(({ body }) => Buffer.from(body).toString())
    const { header: _recorded, ...marks } = MARKS
    expect(
      [...secrets(), ...Object.values(marks)].filter((mark) => entries.join('\n').includes(mark)),
    ).toEqual([])
  })

  it('no file of the data directory holds one in clear', async () => {
    // Closed first: reading SQLite's files would release the locks this process holds on them.
    const files = new Map<string, Buffer>()
    const { header: _recorded, ...marks } = MARKS
    const wanted = [...secrets(), ...Object.values(marks)]
    await custody.stop()
    for (const entry of await readdir(custody.directory.root, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name)
      if (entry.isFile()) files.set(path, await readFile(path))
    }
    expect([...files.keys()].some((path) => path.endsWith('ledger.db'))).toBe(true)
    const found = [...files].flatMap(([path, bytes]) =>
      wanted.filter((mark) => bytes.includes(mark)).map((mark) => [path, mark]),
    )
    expect(found).toEqual([])
  })
})
