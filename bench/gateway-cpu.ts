import { join } from 'node:path'
import { Child } from './processes/child.ts'
import type { LoadJob, LoadReport } from './processes/load.ts'
import { median, type Result } from './result.ts'
import { withScratch } from './scratch.ts'

const ROUNDS = 5
const WAYS = ['direct', 'hop', 'custody'] as const
type Way = (typeof WAYS)[number]

interface Workload {
  readonly name: string
  readonly path: string
  readonly vendor: string
  readonly accept: string
  readonly body: LoadJob['body']
  readonly connections: number
  readonly calls: number
}

/** What one way of one workload cost, per call, one number per round. */
interface Cost {
  readonly cpuMs: number[]
  readonly p50Ms: number[]
  readonly firstByteMs: number[]
}

const MESSAGES = {
  path: '/v1/messages',
  vendor: 'anthropic',
  accept: 'application/json',
  body: chatBody({ model: 'claude-sonnet-4-5', max_tokens: 1024 }),
}
const COMPLETIONS = {
  path: '/v1/chat/completions',
  vendor: 'openai',
  accept: 'application/json',
  body: chatBody({ model: 'gpt-5.5', max_completion_tokens: 1024 }),
}
const STREAMED = {
  path: '/v1/messages',
  vendor: 'anthropic',
  accept: 'text/event-stream',
  body: chatBody({ model: 'claude-sonnet-4-5', max_tokens: 1024, stream: true }),
}

const WORKLOADS: readonly Workload[] = [
  ...[1, 10, 50].map((connections) => ({
    ...MESSAGES,
    name: `Anthropic message, ${connections} connections`,
    connections,
    calls: connections === 1 ? 400 : 1200,
  })),
  ...[1, 10, 50].map((connections) => ({
    ...COMPLETIONS,
    name: `OpenAI chat, ${connections} connections`,
    connections,
    calls: connections === 1 ? 400 : 1200,
  })),
  ...[1, 10, 50].map((connections) => ({
    ...STREAMED,
    name: `stream of 200 chunks, ${connections} connections`,
    connections,
    calls: connections === 1 ? 40 : 150,
  })),
]

/**
 * CPU time per call of a process between client and vendor: a hop that does nothing, and Custody recording durably.
 * Client, vendor, hop and Custody are processes of their own; the ways are measured in turns, round by round.
 */
export function gatewayCpu(): Promise<Result> {
  return withScratch(async (scratch) => {
    await using processes = await startProcesses(join(scratch, 'data'))
    const costs = new Map<string, Cost>()
    await measureRound(processes, new Map())
    for (let round = 0; round < ROUNDS; round++) await measureRound(processes, costs)
    return toResult(costs)
  })
}

interface Processes extends AsyncDisposable {
  readonly load: Child
  readonly targets: Readonly<
    Record<Way, { readonly child: Child; readonly url: string; readonly key: string }>
  >
}

async function startProcesses(data: string): Promise<Processes> {
  await using starting = new AsyncDisposableStack()
  const start = (script: string, ...parameters: string[]) =>
    starting.use(new Child(new URL(`./processes/${script}.ts`, import.meta.url), { arguments: parameters }))
  const vendor = start('vendor')
  const { url: vendorUrl } = await vendor.next<{ url: string }>()
  const hop = start('bare-hop', vendorUrl)
  const { url: hopUrl } = await hop.next<{ url: string }>()
  const custody = start('custody', data, vendorUrl)
  const { url } = await custody.next<{ url: string }>()
  const { token } = await custody.ask<{ token: string }>({})
  const load = start('load')
  const started = starting.move()
  return {
    load,
    targets: {
      direct: { child: vendor, url: vendorUrl, key: 'none' },
      hop: { child: hop, url: hopUrl, key: 'none' },
      custody: { child: custody, url, key: token },
    },
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  }
}

async function measureRound({ load, targets }: Processes, costs: Map<string, Cost>): Promise<void> {
  for (const workload of WORKLOADS) {
    for (const way of WAYS) {
      const { child, url, key } = targets[way]
      const before = child.cpuMs()
      const report = await load.ask<LoadReport>(jobOf(workload, { url, key, isCustody: way === 'custody' }))
      const cost = costs.get(`${workload.name}/${way}`) ?? { cpuMs: [], p50Ms: [], firstByteMs: [] }
      costs.set(`${workload.name}/${way}`, cost)
      cost.cpuMs.push((child.cpuMs() - before) / workload.calls)
      cost.p50Ms.push(median(report.totalMs))
      cost.firstByteMs.push(median(report.firstByteMs))
    }
  }
}

function jobOf(
  { path, vendor, accept, body, connections, calls }: Workload,
  target: { readonly url: string; readonly key: string; readonly isCustody: boolean },
): LoadJob {
  return {
    url: target.url,
    path: target.isCustody ? `/gateway/${vendor}${path}` : path,
    headers: { 'content-type': 'application/json', accept, authorization: `Bearer ${target.key}` },
    body,
    connections,
    calls,
  }
}

function chatBody(parameters: object): LoadJob['body'] {
  const question = 'Why does the parser drop the last line of a file without a newline? Attempt '
  const text = JSON.stringify({ ...parameters, messages: [{ role: 'user', content: question }] })
  const cut = text.indexOf(question) + question.length
  return { before: text.slice(0, cut), after: text.slice(cut) }
}

function toResult(costs: ReadonlyMap<string, Cost>): Result {
  const of = (workload: Workload, way: Way, what: keyof Cost) =>
    median(costs.get(`${workload.name}/${way}`)?.[what] ?? [])
  const rows = WORKLOADS.map((workload) => {
    const [hop, custody] = [of(workload, 'hop', 'cpuMs'), of(workload, 'custody', 'cpuMs')]
    return [
      workload.name,
      `${(custody / hop).toFixed(1)}x`,
      custody.toFixed(3),
      hop.toFixed(3),
      of(workload, 'direct', 'cpuMs').toFixed(3),
      ...WAYS.map((way) => of(workload, way, 'p50Ms').toFixed(2)),
      (of(workload, 'custody', 'firstByteMs') - of(workload, 'direct', 'firstByteMs')).toFixed(2),
    ]
  })
  const small = WORKLOADS.filter(({ calls, accept }) => calls > 200 && accept === 'application/json')
  const worst = Math.max(...small.map((workload) => of(workload, 'custody', 'cpuMs')))
  const stream = WORKLOADS.find(({ accept, connections }) => accept === STREAMED.accept && connections === 1)
  const added =
    stream === undefined
      ? Number.NaN
      : of(stream, 'custody', 'firstByteMs') - of(stream, 'direct', 'firstByteMs')
  return {
    title: `CPU per call through the gateway, recorded durably (medians of ${ROUNDS} interleaved rounds)`,
    columns: [
      'workload',
      'custody/hop',
      'custody CPU ms',
      'hop CPU ms',
      'vendor CPU ms',
      'direct p50 ms',
      'hop p50 ms',
      'custody p50 ms',
      'first byte added ms',
    ],
    rows,
    targets: [
      {
        what: 'CPU per small chat call, worst row',
        measured: `${worst.toFixed(3)} ms`,
        target: '<= 0.4 ms, goal 0.15 ms',
        met: worst <= 0.4,
      },
      {
        what: 'first token added to a stream at one connection',
        measured: `${added.toFixed(2)} ms`,
        target: '< 2 ms',
        met: added < 2,
      },
    ],
  }
}
