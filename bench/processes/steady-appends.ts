import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { createIds, systemClock, systemRandom, timestamp } from '../../src/kernel/index.ts'
import { LogPublisher, ledgerSource } from '../../src/recording/ledger/index.ts'
import { publishRegularly } from '../../src/server/publish-regularly.ts'
import { openBenchLedger } from '../bench-ledger.ts'
import type { Appended } from '../publish-lag.ts'
import { endWithParent, tellParent } from './parent.ts'

// Appends at a steady rate to a ledger that is published each second, as a server does it.
const [directory = '', rate = '', seconds = ''] = process.argv.slice(2)
const TICK_MS = 20

mkdirSync(directory, { recursive: true })
const { ledger, signer } = await openBenchLedger(directory)
const publisher = await LogPublisher.open({
  source: ledgerSource(ledger),
  vkey: signer.vkey,
  directory: join(directory, 'log'),
  temporary: join(directory, 'log-tmp'),
})
publishRegularly(publisher, (line) => console.error(line))
const ids = createIds(systemClock, systemRandom)

async function append(): Promise<{ readonly index: number; readonly atMs: number }> {
  const at = timestamp(systemClock.now())
  const data = { filler: 'x'.repeat(800) }
  const { index } = await ledger.append({ id: ids('evt'), kind: 'recording.gap', at, actor: 'system', data })
  return { index, atMs: Date.now() }
}

async function appendSteadily(): Promise<Appended> {
  const startedMs = performance.now()
  const total = Number(rate) * Number(seconds)
  const appended: Promise<{ readonly index: number; readonly atMs: number }>[] = []
  while (appended.length < total) {
    const due = Math.min(total, Math.floor(((performance.now() - startedMs) / 1000) * Number(rate)))
    while (appended.length < due) appended.push(append())
    await setTimeout(TICK_MS)
  }
  const durable = (await Promise.all(appended)).sort((a, b) => a.index - b.index)
  return { first: durable[0]?.index ?? 0, durableAtMs: durable.map(({ atMs }) => atMs) }
}

process.on('message', () => void appendSteadily().then(tellParent))
endWithParent(() => ledger.close())
tellParent({ ready: true })
