import { globSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { agentRun, TURNS, type Turn } from './agent-run.ts'
import { Child } from './processes/child.ts'
import { listenOnLoopback } from './processes/listen.ts'
import type { Result } from './result.ts'
import { withScratch } from './scratch.ts'

interface Custody {
  readonly url: string
  readonly run: string
  readonly token: string
  readonly session: string
}

/**
 * What a run of 60 turns of a coding agent takes in the data directory, against the bytes that went over the wire. What
 * a directory takes with an ended run without calls is counted apart: it is paid once, not by each turn.
 */
export function storedBytes(): Promise<Result> {
  return withScratch(async (scratch) => {
    const [empty, full] = [join(scratch, 'empty'), join(scratch, 'full')]
    await recordRun(empty, [])
    const turns = [...agentRun()]
    await recordRun(full, turns)
    const rawBytes = turns.reduce(
      (sum, { request, answer }) => sum + request.byteLength + answer.byteLength,
      0,
    )
    return toResult({ rawBytes, empty: measure(empty), full: measure(full) })
  })
}

/** Sends the turns through Custody over a new data directory, ends the run and stops Custody. */
async function recordRun(directory: string, turns: readonly Turn[]): Promise<void> {
  let next = 0
  const vendor = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(turns[next++]?.answer)
    })
  })
  const vendorUrl = await listenOnLoopback(vendor)
  {
    const script = new URL('./processes/custody.ts', import.meta.url)
    await using child = new Child(script, { arguments: [directory, vendorUrl] })
    const custody = await child.next<Custody>()
    for (const { request } of turns) await sendTurn(custody, request)
    await endRun(custody)
  }
  vendor.closeAllConnections()
  vendor.close()
}

async function sendTurn({ url, token }: Custody, body: Buffer): Promise<void> {
  const answer = await fetch(`${url}/gateway/anthropic/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': token, 'content-type': 'application/json', 'anthropic-version': '2023-06-01' },
    body,
  })
  await answer.bytes()
  if (answer.status !== 200) throw new Error(`the gateway answered ${answer.status}`)
}

async function endRun({ url, run, session }: Custody): Promise<void> {
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
    if (!file.isFile() || path === database) continue
    const kind = path.startsWith(join(directory, 'parts')) ? 'large parts' : 'other files'
    stored.set(kind, (stored.get(kind) ?? 0) + statSync(path).size)
  }
  return stored
}

function tableBytes(path: string): [string, number][] {
  using database = new DatabaseSync(path)
  database.exec('PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode=DELETE')
  const rows = database
    .prepare(
      `SELECT s.tbl_name AS name, sum(d.pgsize) AS bytes FROM dbstat AS d
       JOIN sqlite_schema AS s ON s.name = d.name GROUP BY s.tbl_name`,
    )
    .all()
  return rows.map(({ name, bytes }) => [`table ${String(name)}`, Number(bytes)])
}

function toResult(found: { rawBytes: number; empty: Stored; full: Stored }): Result {
  const { rawBytes, empty, full } = found
  const grown = [...full].map(([name, bytes]) => [name, bytes - (empty.get(name) ?? 0)] as const)
  const sum = (values: Iterable<number>) => [...values].reduce((total, bytes) => total + bytes, 0)
  const storedBytes = sum(grown.map(([, bytes]) => bytes))
  const row = (name: string, bytes: number) => [name, `1/${(rawBytes / bytes).toFixed(1)}`, kilobytes(bytes)]
  const ratio = rawBytes / storedBytes
  return {
    title: `Bytes stored for a run of ${TURNS} turns, against its requests and answers`,
    columns: ['what', 'of raw', 'KB'],
    rows: [
      row('raw requests and answers', rawBytes),
      row('stored for the run', storedBytes),
      ...grown.filter(([, bytes]) => bytes > 0).map(([name, bytes]) => row(`  ${name}`, bytes)),
      row('directory before its first call', sum(empty.values())),
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

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(1)
}
