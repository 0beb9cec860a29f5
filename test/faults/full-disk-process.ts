import { randomBytes } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { dataDirectoryAt } from '../../src/server/index.ts'
import { startRawUpstream } from '../fakes/raw-upstream.ts'
import { RunningCustody } from '../support/running-custody.ts'
import { openInstallation } from './installation.ts'

/*
 * One process on a small disk: `node full-disk-process.ts ROOT STATE STEP…`. `fill` makes an installation in ROOT and
 * calls a model until a call is refused; `recover` makes room and goes on. What was seen is written to STATE.
 */

/** Seen while the disk filled up. */
export interface Filled {
  readonly session: string
  readonly token: string
  readonly run: string
  readonly passed: number
  readonly refusal: { readonly status: number; readonly body: string }
  readonly sentWhileFull: number
  readonly reported: readonly string[]
  /** Entries by index when the calls that passed were answered, and a checkpoint over some of them. */
  readonly acknowledged: readonly string[]
  readonly checkpoint: string
}

/** Seen after there was room again. */
export interface Recovered {
  readonly withoutRestart: number
  readonly afterRestart: number
  readonly closed: number
  readonly bundleOk: boolean
  readonly entries: readonly string[]
  readonly kinds: readonly string[]
  readonly checkpointHolds: boolean
}

const PROMPT_BYTES = 60_000
const MAX_CALLS = 2000
const BALLAST_BYTES = 2_000_000
const ANSWER = '{"type":"message","model":"m","usage":{"input_tokens":1,"output_tokens":1}}'

const [root = '', state = '', ...steps] = process.argv.slice(2)
// The limit on file sizes, where there is no small file system, sends this before the write fails.
process.on('SIGXFSZ', () => undefined)
let sent = 0
await using upstream = await startRawUpstream(({ response }) => {
  sent++
  response.setHeader('content-type', 'application/json').end(ANSWER)
})
if (steps.includes('fill')) await write('filled', await fill())
if (steps.includes('recover')) await write('recovered', await recover())

async function fill(): Promise<Filled> {
  await using custody = await RunningCustody.start({ root, upstream: upstream.url })
  const ballast = join(root, 'ballast')
  if (steps.includes('recover')) await writeFile(ballast, Buffer.alloc(BALLAST_BYTES))
  const opened = await custody.openRun()
  const checkpoint = (await custody.api('GET', '/v1/log/checkpoint')).body.toString()
  for (let passed = 0; passed < MAX_CALLS; passed++) {
    const answer = await call(custody, opened.token)
    if (answer?.status === 200) continue
    const sentBefore = sent
    const refused = await call(custody, opened.token)
    return {
      session: custody.person.session,
      ...opened,
      passed,
      refusal: { status: refused?.status ?? 0, body: refused?.body.toString() ?? '' },
      sentWhileFull: sent - sentBefore,
      reported: custody.reported.slice(0, 5),
      acknowledged: entriesOf(custody),
      checkpoint,
    }
  }
  throw new Error('the disk never became full')
}

async function recover(): Promise<Recovered> {
  const filled = JSON.parse(await readFile(`${state}.filled`, 'utf8')) as Filled
  await rm(join(root, 'ballast'), { force: true })
  await using custody = await openInstallation(dataDirectoryAt(join(root, 'data')), filled.session, upstream.url)
  const withoutRestart = (await custody.call(filled.token, body(100))).status
  await custody.restart()
  const afterRestart = (await custody.call(filled.token, body(100))).status
  const closed = (await custody.close(filled.run)).status
  return {
    withoutRestart,
    afterRestart,
    closed,
    bundleOk: (await custody.verifiedBundle(filled.run)).ok,
    entries: custody.entries(),
    kinds: custody.kinds(filled.run),
    checkpointHolds: custody.holds(filled.checkpoint),
  }
}

/** Undefined when the connection was cut: the answer had come, but could not be recorded. */
function call(custody: RunningCustody, token: string) {
  return custody.call('/anthropic/v1/messages', token, { body: body(PROMPT_BYTES) }).catch(() => undefined)
}

function body(bytes: number): string {
  const content = randomBytes(bytes / 2).toString('hex')
  return JSON.stringify({ model: 'm', messages: [{ role: 'user', content }] })
}

function entriesOf(custody: RunningCustody): string[] {
  using view = custody.durable()
  return view.entries().map(({ recordId }) => recordId)
}

async function write(name: string, seen: Filled | Recovered): Promise<void> {
  await writeFile(join(dirname(state), `${state}.${name}`), JSON.stringify(seen))
}
