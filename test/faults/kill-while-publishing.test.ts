import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { checkLedger, LogPublisher, ledgerSource, openLedgerKeys } from '../../src/recording/ledger/index.ts'
import { BareLedger } from '../support/bare-ledger.ts'

const PROGRAM = new URL('./publishing-process.ts', import.meta.url)
const ROUNDS = Number(process.env.CUSTODY_FAULT_ROUNDS ?? 4)
const LONGEST_MS = 600

it('shows only what was signed, and signs only what is durable, wherever it is killed [REC-12]', async () => {
  await using bare = new BareLedger()
  await bare.start()
  await bare.stop()
  const { directory } = bare
  const { vkey } = (await openLedgerKeys(join(directory, 'keys'))).log
  const places = {
    database: { engine: 'sqlite' as const, path: join(directory, 'ledger.db') },
    journalDirectory: join(directory, 'signed'),
    logDirectory: join(directory, 'log'),
    vkey,
  }
  for (let round = 0; round < ROUNDS; round++) {
    await runAndKill(directory, Math.random() * LONGEST_MS)
    const report = await checkLedger(places)
    // What the process had not shown yet when it ended.
    expect(report.findings.filter(({ detail }) => !/is not part of a log of/.test(detail))).toEqual([])
    expect(report.published ?? 0).toBeGreaterThanOrEqual(lastSeen(directory))
  }
  const source = ledgerSource(await bare.start())
  const temporary = join(directory, 'log-tmp')
  await (await LogPublisher.open({ source, vkey, directory: places.logDirectory, temporary })).publish()
  expect((await checkLedger(places)).findings).toEqual([])
  const sizes = signedSizes(directory)
  expect(sizes).toEqual([...new Set(sizes)].sort((a, b) => a - b))
}, 120_000)

/** A kill during the start is as good as any other. */
async function runAndKill(directory: string, afterMs: number): Promise<void> {
  const child = fork(PROGRAM, [directory], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const ended = once(child, 'exit')
  await Promise.race([once(child, 'message'), ended])
  await setTimeout(afterMs)
  expect(child.exitCode).toBeNull()
  child.kill('SIGKILL')
  await ended
}

function lastSeen(directory: string): number {
  const path = join(directory, 'seen')
  return existsSync(path) ? Number(readFileSync(path, 'utf8').trim().split('\n').at(-1)) : 0
}

/** The sizes of all checkpoints in the journal, in order. */
function signedSizes(directory: string): number[] {
  const journal = readFileSync(join(directory, 'signed', 'checkpoints'), 'utf8')
  return [...journal.matchAll(/^ledger\.example\/v1\n(\d+)\n/gm)].map(([, size]) => Number(size))
}
