import { execFile, spawnSync } from 'node:child_process'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MemorySource } from '../../support/memory-source.ts'
import { PublishedLog } from '../../support/published-log.ts'
import { readTlogVectors } from '../tlog.ts'

/** Where there is no Python, nothing of this can be shown; `.ci/run` sees to it that there is one. */
const PYTHONS = ['python3'].filter((name) => spawnSync(name, ['--version']).status === 0)
const SIZE = 300
const SEED = readTlogVectors().log_key.seed_hex
const { vkey } = JSON.parse(read('../bundle/expected.json').toString()) as { readonly vkey: string }

function read(path: string): Buffer {
  return readFileSync(new URL(path, import.meta.url))
}

function judge(python: string, program: string, ...args: readonly string[]): Promise<number> {
  const path = new URL(program, import.meta.url).pathname
  return new Promise((resolve) => {
    execFile(python, ['-B', path, ...args], (error) => resolve(error === null ? 0 : Number(error.code)))
  })
}

describe('a verifier that is written from the page alone', () => {
  let log: PublishedLog
  let old: string

  beforeEach(async () => {
    log = new PublishedLog(new MemorySource('ledger.example/v1', SEED))
    old = join(log.root, 'old')
    const publisher = await log.open()
    for (const size of [1, 257, SIZE]) {
      log.source.growTo(size)
      await publisher.publish()
      if (size === 257) copyFileSync(log.path('checkpoint'), old)
    }
  })
  afterEach(() => log[Symbol.dispose]())

  const flip = (name: string, at: number) => {
    const bytes = readFileSync(log.path(name))
    bytes[at] = (bytes[at] ?? 0) ^ 1
    writeFileSync(log.path(name), bytes)
  }

  it('needs nothing that is not on the page or in a standard library', () => {
    const imported = ['verify_log', 'verify_bundle', 'execution_record'].flatMap((name) =>
      [
        ...read(`${name}.py`)
          .toString()
          .matchAll(/^(?:import|from) (\w+)/gm),
      ].map(([, module]) => module),
    )
    const standard = [
      ...['base64', 'binascii', 'hashlib', 'hmac', 'json', 'os', 're'],
      ...['stat', 'struct', 'subprocess', 'sys', 'tempfile'],
    ]
    expect(new Set(imported)).toEqual(new Set([...standard, 'verify_log', 'execution_record']))
  })

  it.each(PYTHONS)(
    'accepts the published log, and an older checkpoint of it [REC-12] (%s)',
    async (python) => {
      expect(await judge(python, 'verify_log.py', log.directory, log.source.log.vkey, old)).toBe(0)
    },
  )

  it.each(PYTHONS)('accepts the published bundle [REC-8] (%s)', async (python) => {
    const bundle = new URL('../bundle/bundle.zip', import.meta.url).pathname
    expect(await judge(python, 'verify_bundle.py', bundle, vkey)).toBe(0)
  })

  it.each(PYTHONS)('refuses what the product refuses, in every file of a log (%s)', async (python) => {
    for (const name of log.names()) {
      const at = Math.floor(readFileSync(log.path(name)).length / 2)
      flip(name, at)
      expect([name, (await log.verify()).ok]).toEqual([name, false])
      expect([name, await judge(python, 'verify_log.py', log.directory, log.source.log.vkey)]).toEqual([
        name,
        6,
      ])
      flip(name, at)
    }
  })

  it.each(PYTHONS)('refuses a log under another key, and one that was rewritten (%s)', async (python) => {
    const stranger = new MemorySource().log.vkey
    expect(await judge(python, 'verify_log.py', log.directory, stranger)).toBe(6)
    using other = new PublishedLog(new MemorySource('ledger.example/v1', SEED))
    other.source.add(Buffer.from('another story')).growTo(SIZE)
    await (await other.open()).publish()
    expect(await judge(python, 'verify_log.py', other.directory, other.source.log.vkey)).toBe(0)
    expect(await judge(python, 'verify_log.py', other.directory, other.source.log.vkey, old)).toBe(6)
  })

  it.each(PYTHONS)('refuses a bundle with a changed bit in any file [REC-8] (%s)', async (python) => {
    const bundle = read('../bundle/bundle.zip')
    const path = join(log.root, 'bundle.zip')
    for (let at = 40; at < bundle.length; at += Math.ceil(bundle.length / 12)) {
      writeFileSync(path, bundle.with(at, (bundle[at] ?? 0) ^ 4))
      expect([at, await judge(python, 'verify_bundle.py', path, vkey)]).toEqual([at, 6])
    }
  })
})
