import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createWitnessKey } from '../../src/recording/witness/index.ts'
import { GrowingLog, newPem } from '../support/growing-log.ts'
import { send } from '../support/http-client.ts'

const PROGRAM = new URL('./witness-process.ts', import.meta.url).pathname
const ROUNDS = 8
const SHARED = 5
const LONGEST_LIFE_MS = 120

let directory: string
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'custody-test-kill-witness-'))
  await createWitnessKey(directory, 'witness.example/w1')
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

async function startWitness(log: string): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [PROGRAM, directory, log], { stdio: ['ignore', 'pipe', 'inherit'] })
  if (child.stdout === null) throw new Error('the witness has no output')
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string]
  return { child, url }
}

/** Asks for ever, for either history, from whatever size the witness says it is at; notes what it cosigns. */
async function ask(url: string, log: GrowingLog, cosigned: (size: number) => void): Promise<void> {
  let oldSize = 0
  for (let size = 1 + Math.floor(Math.random() * SHARED); size <= log.length; ) {
    const proof = log
      .proof(Math.min(oldSize, size), size)
      .map((hash) => `${Buffer.from(hash).toString('base64')}\n`)
    const body = `old ${oldSize}\n${proof.join('')}\n${log.checkpoint(size)}`
    const answer = await send(`${url}/add-checkpoint`, { body })
    if (answer.status === 200) cosigned(size)
    if (answer.status === 409) oldSize = Number(answer.body.toString())
    if (answer.status === 200) oldSize = size
    size = Math.max(size, oldSize) + (answer.status === 409 ? 0 : 1)
    // The other history is ahead where this one cannot follow.
    if (answer.status === 422) return
  }
}

it('never cosigns two histories, however often it is killed [REC-12]', async () => {
  const key = newPem()
  const histories = ['true', 'forged'].map((name) =>
    new GrowingLog({ key, name, forkedAt: SHARED }).growTo(400),
  )
  const [vkey = ''] = histories.map(({ vkeyText }) => vkeyText)
  /** The largest size that each history was cosigned at, in the order of the answers. */
  const largest = [0, 0]
  for (let round = 0; round < ROUNDS; round++) {
    const { child, url } = await startWitness(vkey)
    const asking = histories.map((log, i) =>
      ask(url, log, (size) => {
        // What was cosigned before the last kill is remembered: it never goes back.
        expect(size).toBeGreaterThanOrEqual(Math.min(largest[i] ?? 0, size))
        largest[i] = Math.max(largest[i] ?? 0, size)
      }).catch(() => undefined),
    )
    await pause(Math.random() * LONGEST_LIFE_MS)
    child.kill('SIGKILL')
    await once(child, 'exit')
    await Promise.all(asking)
  }
  expect(Math.max(...largest)).toBeGreaterThan(SHARED)
  expect(Math.min(...largest)).toBeLessThanOrEqual(SHARED)
})
