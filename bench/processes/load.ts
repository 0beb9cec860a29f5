import { Pool } from 'undici'
import { endWithParent, tellParent } from './parent.ts'

/** A number of equal calls over a number of connections, each sent when the one before on its connection is over. */
export interface LoadJob {
  readonly url: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** The body around the one place that differs from call to call. */
  readonly body: { readonly before: string; readonly after: string }
  readonly connections: number
  readonly calls: number
}

/** Per call, in milliseconds. */
export interface LoadReport {
  readonly totalMs: readonly number[]
  readonly firstByteMs: readonly number[]
}

let callsMade = 0

async function runJob(job: LoadJob): Promise<LoadReport> {
  const pool = new Pool(job.url, { connections: job.connections, pipelining: 1 })
  const report = { totalMs: [] as number[], firstByteMs: [] as number[] }
  let left = job.calls
  const worker = async () => {
    while (left-- > 0) {
      const { totalMs, firstByteMs } = await call(pool, job)
      report.totalMs.push(totalMs)
      report.firstByteMs.push(firstByteMs)
    }
  }
  await Promise.all(Array.from({ length: job.connections }, worker))
  await pool.close()
  return report
}

function call(
  pool: Pool,
  { path, headers, body }: LoadJob,
): Promise<{ totalMs: number; firstByteMs: number }> {
  const startedMs = performance.now()
  let firstByteMs = 0
  // No two conversations are the same: each call brings a message that was never seen before.
  const text = `${body.before}${callsMade++}${body.after}`
  return new Promise((resolve, reject) => {
    pool.dispatch(
      { method: 'POST', path, headers, body: text },
      {
        onRequestStart: () => undefined,
        onResponseStart: (_controller, status) => {
          if (status !== 200) reject(new Error(`${path} answered ${status}`))
        },
        onResponseData: () => {
          if (firstByteMs === 0) firstByteMs = performance.now() - startedMs
        },
        onResponseEnd: () => resolve({ totalMs: performance.now() - startedMs, firstByteMs }),
        onResponseError: (_controller, error) => reject(error),
      },
    )
  })
}

process.on('message', (job: LoadJob) => {
  runJob(job).then(tellParent, (error: unknown) => {
    console.error(error)
    process.exit(1)
  })
})
endWithParent(() => Promise.resolve())
