import { randomBytes } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Initialised } from '../../src/server/index.ts'
import { startRawUpstream } from '../fakes/raw-upstream.ts'
import { type OpenedRun, RunningCustody } from '../support/running-custody.ts'
import { checkpointHolds } from '../support/tree-check.ts'

/*
 * A server on a small disk: `node full-disk-process.ts ROOT STATE STEP…`. `fill` makes an installation in ROOT and
 * calls a model until calls are refused; `free` makes room and calls again; `restart` does so after a new start. What
 * was seen is in STATE, which stands on another disk.
 */

/** What the steps saw. */
export interface Seen {
  readonly person: Initialised
  readonly opened: OpenedRun
  readonly passed: number
  readonly refusal: { readonly status: number; readonly body: string; readonly sent: number }
  /** Code of the problem with which a large observation was answered. */
  readonly observation: string
  readonly reported: readonly string[]
  /** Record ids by index, as they were when the last call had been answered. */
  readonly acknowledged: readonly string[]
  readonly checkpoint: string
  readonly freed?: number
  readonly restarted?: Restarted
}

interface Restarted {
  readonly call: number
  readonly closed: number
  readonly bundleOk: boolean
  readonly entries: readonly string[]
  readonly checkpointHolds: boolean
}

const PROMPT_BYTES = 60_000
const MAX_CALLS = 2000
const BALLAST_BYTES = 3_000_000
const ANSWER = '{"type":"message","model":"m","usage":{"input_tokens":1,"output_tokens":1}}'

const [root = '', state = '', ...steps] = process.argv.slice(2)
const ballast = join(root, 'ballast')
// Where file sizes are limited instead, the system sends this signal before the write fails.
process.on('SIGXFSZ', () => undefined)

let sent = 0
await using upstream = await startRawUpstream(({ response }) => {
  sent++
  response.setHeader('content-type', 'application/json').end(ANSWER)
})
let seen = steps.includes('fill') ? undefined : (JSON.parse(await readFile(state, 'utf8')) as Seen)
await using custody =
  seen === undefined
    ? await RunningCustody.prepare({ root, upstream: upstream.url })
    : RunningCustody.existing(root, seen.person, { upstream: upstream.url })
await custody.start()
if (seen === undefined) seen = await fill()
if (steps.includes('free')) seen = { ...seen, freed: await free(seen) }
if (steps.includes('restart')) seen = { ...seen, restarted: await restart(seen) }
await writeFile(state, JSON.stringify(seen))

async function fill(): Promise<Seen> {
  if (steps.includes('free')) await writeFile(ballast, Buffer.alloc(BALLAST_BYTES))
  const opened = await custody.openRun()
  const checkpoint = (await custody.api('GET', '/v1/log/checkpoint')).body.toString()
  let passed = 0
  while ((await call(opened, PROMPT_BYTES))?.status === 200) {
    if (passed++ > MAX_CALLS) throw new Error('the disk never became full')
  }
  const before = sent
  const refused = await call(opened, PROMPT_BYTES)
  const refusal = { status: refused?.status ?? 0, body: refused?.body.toString() ?? '', sent: sent - before }
  const observation = await observe(opened)
  const { person, reported } = custody
  return { person, opened, passed, refusal, observation, reported, acknowledged: ids(), checkpoint }
}

async function observe({ run }: OpenedRun): Promise<string> {
  const part = { name: 'patch', type: 'text/plain', body: randomBytes(4_000_000).toString('base64') }
  const observation = { kind: 'agent.configured', data: {}, parts: [part] }
  return String((await custody.api('POST', `/v1/runs/${run}/observations`, observation)).json().code)
}

async function free({ opened }: Seen): Promise<number> {
  await rm(ballast)
  return (await call(opened, 100))?.status ?? 0
}

async function restart({ opened, checkpoint, person }: Seen): Promise<Restarted> {
  await custody.stop()
  await custody.start()
  const answer = await call(opened, 100)
  const { status: closed } = await custody.closeRun(opened)
  const { ok: bundleOk } = await custody.verifiedBundle(opened.run)
  using view = custody.durable()
  const bodies = view.entries().map(({ body }) => body)
  return {
    call: answer?.status ?? 0,
    closed,
    bundleOk,
    entries: ids(),
    checkpointHolds: checkpointHolds(checkpoint, person.vkey, bodies),
  }
}

/** Undefined when the connection was cut: the answer had come, but could not be recorded. */
function call({ token }: OpenedRun, bytes: number) {
  const content = randomBytes(bytes / 2).toString('hex')
  const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content }] })
  return custody.call('/anthropic/v1/messages', token, { body }).catch(() => undefined)
}

function ids(): string[] {
  using view = custody.durable()
  return view.entries().map(({ recordId }) => recordId)
}
