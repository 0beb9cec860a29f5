import { globSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { join, relative, sep } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { agentRun, TURNS, type Turn } from './agent-run.ts'
import { Child } from './processes/child.ts'
import { listenOnLoopback } from './processes/listen.ts'
import type { Result } from './result.ts'
import { withScratch } from './scratch.ts'

interface Custody {
  readonly url: string
  readonly session: string
}

/**
 * What one more run of 60 turns of a coding agent takes in a data directory that holds such a run already, against the
 * bytes that went over the wire: the empty tables are paid once, and half-filled pages would flatter a first run.
 */
export function storedBytes(): Promise<Result> {
  return withScratch(async (scratch) => {
    const directory = join(scratch, 'data')
    const turns = [...agentRun()]
    await using vendor = await startVendor(turns)
    await using child = new Child(new URL('./processes/custody.ts', import.meta.url), {
      arguments: [directory, vendor.url],
    })
    const custody = await child.next<Custody>()
    const empty = measure(directory)
    await recordRun(child, custody, turns)
    const before = measure(directory)
    await recordRun(child, custody, turns)
    const rawBytes = sum(turns.map(({ request, answer }) => request.byteLength + answer.byteLength))
    return toResult({ rawBytes, empty, before, after: measure(directory) })
  })
}

/** Answers the turns in their order, over and over. */
async function startVendor(turns: readonly Turn[]): Promise<{ readonly url: string } & AsyncDisposable> {
  let next = 0
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const { answer } = turns[next++ % turns.length] ?? {}
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(answer)
    })
  })
  const url = await listenOnLoopback(server)
  return {
    url,
    [Symbol.asyncDispose]: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

async function recordRun(child: Child, custody: Custody, turns: readonly Turn[]): Promise<void> {
  const { run, token } = await child.ask<{ run: string; token: string }>({})
  for (const { request } of turns) await sendTurn(custody.url, token, request)
  await endRun(custody, run)
}

async function sendTurn(url: string, token: string, body: Buffer): Promise<void> {
  const answer = await fetch(`${url}/gateway/anthropic/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': token, 'content-type': 'application/json', 'anthropic-version': '2023-06-01' },
    body,
  })
  await answer.bytes()
  if (answer.status !== 200) throw new Error(`the gateway answered ${answer.status}`)
}

async function endRun({ url, session }: Custody, run: string): Promise<void> {
  const answer = await fetch(`${url}/v1/runs/${run}/close`, {
    method: 'POST',
    headers: { authorization: `Bearer ${session}`, 'content-type': 'application/json' },
    body: JSON.stringify({ exitCode: 0, durationMs: 1000 }),
  })
  if (answer.status !== 200) throw new Error(`closing the run answered ${answer.status}`)
}

/** Bytes on disk by what they are for: each table with its indexes, everything that is not the database as files. */
type Stored = ReadonlyMap<string, number>

function measure(directory: string): Stored {
  const database = join(directory, 'ledger.db')
  const stored = new Map(tableBytes(database))
  for (const file of globSync('**/*', { cwd: directory, withFileTypes: true })) {
    const path = join(file.parentPath, file.name)
    if (!file.isFile() || path.startsWith(database)) continue
    const kind = `files in ${relative(directory, path).split(sep)[0]}`
    stored.set(kind, (stored.get(kind) ?? 0) + statSync(path).size)
  }
  return stored
}

function tableBytes(path: string): [string, number][] {
  using database = new DatabaseSync(path)
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  const rows = database
    .prepare(
      `SELECT s.tbl_name AS name, sum(d.pgsize) AS bytes FROM dbstat AS d
       JOIN sqlite_schema AS s ON s.name = d.name GROUP BY s.tbl_name`,
    )
    .all()
  return rows.map(({ name, bytes }) => [`table ${String(name)}`, Number(bytes)])
}

function toResult(found: { rawBytes: number; empty: Stored; before: Stored; after: Stored }): Result {
  const { rawBytes, empty, before, after } = found
  const grown = [...after].map(([name, bytes]) => [name, bytes - (before.get(name) ?? 0)] as const)
  const storedBytes = sum(grown.map(([, bytes]) => bytes))
  const row = (name: string, bytes: number) => [name, `1/${(rawBytes / bytes).toFixed(1)}`, kilobytes(bytes)]
  const ratio = rawBytes / storedBytes
  return {
    title: `Bytes stored for one more run of ${TURNS} turns, against its requests and answers`,
    columns: ['what', 'of raw', 'KB'],
    rows: [
      row('raw requests and answers', rawBytes),
      row('stored for the run', storedBytes),
      ...grown.filter(([, bytes]) => bytes > 0).map(([name, bytes]) => row(`  ${name}`, bytes)),
      row('an empty data directory', sum([...empty.values()])),
    ],
    targets: [
      {
        what: 'stored for the run',
        measured: `1/${ratio.toFixed(1)}`,
        target: '<= 1/20, goal 1/25',
        met: ratio >= 20,
      },
    ],
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(1)
}
