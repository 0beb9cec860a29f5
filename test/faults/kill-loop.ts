import { parseArgs } from 'node:util'
import { startRawUpstream } from '../fakes/raw-upstream.ts'
import { type CustodyProcess, serveInProcess } from '../support/custody-process.ts'
import { send } from '../support/http-client.ts'
import { type OpenedRun, RunningCustody } from '../support/running-custody.ts'
import { checkpointHolds } from '../support/tree-check.ts'

/*
 * Kills a serving process in the middle of its work, again and again, and looks whether it ever lost or changed what
 * it had acknowledged. The long form: `node test/faults/kill-loop.ts --rounds 200`.
 */

/** What was lost or changed; all lists are empty when the server keeps its word. */
export interface KillLoopReport {
  readonly rounds: number
  readonly answered: number
  readonly checkpoints: number
  readonly lostCalls: readonly string[]
  readonly brokenCheckpoints: readonly string[]
  readonly movedEntries: readonly string[]
  readonly bundleOk: boolean
}

const CALLERS = 4
const MOST_ANSWERS_PER_ROUND = 30
const ANSWER = '{"type":"message","model":"m","usage":{"input_tokens":1,"output_tokens":1}}'

/** What the clients remember, outside of the server. */
interface Memory {
  readonly calls: string[]
  readonly checkpoints: string[]
  entries: readonly string[]
  asked: number
}

export async function killLoop(
  rounds: number,
  note: (line: string) => void = () => undefined,
): Promise<KillLoopReport> {
  await using upstream = await startRawUpstream(({ response }) =>
    response.setHeader('content-type', 'application/json').end(ANSWER),
  )
  await using custody = await RunningCustody.prepare({ upstream: upstream.url })
  const memory: Memory = { calls: [], checkpoints: [], entries: [], asked: 0 }
  const moved: string[] = []
  await custody.start()
  const opened = await custody.openRun()
  await custody.stop()
  for (let round = 1; round <= rounds; round++) {
    await using child = await serveInProcess(custody.directory, upstream.url)
    await workUntilKilled(child, custody, { opened, memory })
    const entries = entriesOf(custody)
    moved.push(...memory.entries.filter((id, index) => entries[index] !== id))
    memory.entries = entries
    note(`round ${round}: ${memory.calls.length} answers, ${entries.length} entries`)
  }
  await custody.start()
  return await judge(custody, opened, { rounds, memory, moved })
}

async function workUntilKilled(
  child: CustodyProcess,
  custody: RunningCustody,
  work: { readonly opened: OpenedRun; readonly memory: Memory },
): Promise<void> {
  const enough = work.memory.calls.length + 1 + Math.floor(Math.random() * MOST_ANSWERS_PER_ROUND)
  const callers = Array.from({ length: CALLERS }, async () => {
    while (await callOnce(child, work)) if (work.memory.calls.length >= enough) child.signal('SIGKILL')
  })
  const headers = { authorization: `Bearer ${custody.person.session}` }
  const watcher = async () => {
    for (;;) {
      const answer = await send(`${child.url}/v1/log/checkpoint`, { method: 'GET', headers }).catch(
        () => undefined,
      )
      if (answer?.status !== 200) return
      work.memory.checkpoints.push(answer.body.toString())
    }
  }
  await Promise.all([...callers, watcher(), child.ended])
}

/** False when the server is gone. */
async function callOnce(
  child: CustodyProcess,
  { opened, memory }: { readonly opened: OpenedRun; readonly memory: Memory },
): Promise<boolean> {
  const body = JSON.stringify({
    model: 'm',
    messages: [{ role: 'user', content: `number ${memory.asked++}` }],
  })
  const url = `${child.url}/gateway/anthropic/v1/messages`
  const answer = await send(url, { headers: { 'x-api-key': opened.token }, body }).catch(() => undefined)
  if (answer === undefined) return false
  if (answer.status !== 200) throw new Error(`refused: ${answer.body.toString()}`)
  memory.calls.push(String(answer.headers['x-custody-call']))
  return true
}

async function judge(
  custody: RunningCustody,
  opened: OpenedRun,
  seen: { readonly rounds: number; readonly memory: Memory; readonly moved: readonly string[] },
): Promise<KillLoopReport> {
  const { calls, checkpoints } = seen.memory
  using view = custody.durable()
  const bodies = view.entries().map(({ body }) => body)
  const answered = new Set(
    view.events(opened.run).flatMap(({ kind, data }) => (kind === 'model.responded' ? [data.call] : [])),
  )
  await custody.closeRun(opened)
  return {
    rounds: seen.rounds,
    answered: calls.length,
    checkpoints: checkpoints.length,
    lostCalls: calls.filter((call) => !answered.has(call)),
    brokenCheckpoints: checkpoints.filter((note) => !checkpointHolds(note, custody.person.vkey, bodies)),
    movedEntries: seen.moved,
    bundleOk: (await custody.verifiedBundle(opened.run)).ok,
  }
}

function entriesOf(custody: RunningCustody): string[] {
  using view = custody.durable()
  return view.entries().map(({ recordId }) => recordId)
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({ options: { rounds: { type: 'string', default: '200' } } })
  const report = await killLoop(Number(values.rounds), (line) => console.error(line))
  console.log(JSON.stringify(report, null, 2))
  const faults = [...report.lostCalls, ...report.brokenCheckpoints, ...report.movedEntries]
  process.exitCode = faults.length === 0 && report.bundleOk ? 0 : 1
}
