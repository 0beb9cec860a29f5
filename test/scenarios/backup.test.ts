import { randomBytes } from 'node:crypto'
import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backUp, dataDirectoryAt, placeOf, restore } from '../../src/server/index.ts'
import { RunningCustody } from '../support/running-custody.ts'

const NOW_MS = Date.UTC(2026, 10, 22)

let custody: RunningCustody
let place: string
beforeEach(async () => {
  custody = await RunningCustody.start()
  place = await mkdtemp(join(tmpdir(), 'custody-backup-'))
})
afterEach(async () => {
  await custody[Symbol.asyncDispose]()
  await rm(place, { recursive: true, force: true })
})

const backup = (withKeys = true) =>
  backUp(custody.directory, {
    place: placeOf(custody.directory, undefined),
    out: join(place, 'backup'),
    withKeys,
    nowMs: NOW_MS,
  })
const target = () => dataDirectoryAt(join(place, 'restored', 'data'))
const restored = (options: { keys?: string; old?: string } = {}) =>
  restore(target(), { from: join(place, 'backup'), ...options })
const isEmpty = async () => (await readdir(target().root).catch(() => [])).length === 0

async function recordARun(): Promise<string> {
  const opened = await custody.openRun()
  await custody.closeRun(opened)
  return opened.run
}

/** With a task that no compression makes small enough for the database. */
function openLarge() {
  return custody.openRun(randomBytes(150_000).toString('hex'))
}

it('copies an installation that goes on recording, and what was durable before is in it [REC-12]', async () => {
  const before = await recordARun()
  const large = await openLarge()
  let isDone = false
  const going = (async () => {
    while (!isDone) await recordARun()
  })()
  const manifest = await backup()
  isDone = true
  await going

  expect(manifest.missing).toEqual([])
  expect(await restored()).toMatchObject({ entries: manifest.entries, keys: true })
  const again = RunningCustody.existing(join(place, 'restored'), custody.person)
  await again.start()
  try {
    expect(await again.verifiedBundle(before)).toMatchObject({ ok: true })
    const parts = await again.parts(large.run)
    expect(parts.get('run.opened/task')?.byteLength).toBe(300_000)
    await again.closeRun(await again.openRun())
    expect(again.reported).toEqual([])
  } finally {
    await again.stop()
  }
})

it('is readable by its owner only', async () => {
  await backup()
  const files = await readdir(join(place, 'backup'), { recursive: true, withFileTypes: true })
  expect(files.length).toBeGreaterThan(5)
  for (const { parentPath, name } of files) {
    expect((await stat(join(parentPath, name))).mode & 0o077).toBe(0)
  }
})

it('names a large part that was missing before', async () => {
  await openLarge()
  const [folder = ''] = await readdir(custody.directory.parts)
  const [name = ''] = await readdir(join(custody.directory.parts, folder))
  await rm(join(custody.directory.parts, folder, name))
  expect((await backup()).missing).toEqual([`parts/${folder}/${name}`])
})

describe('a restore is refused, and leaves nothing behind,', () => {
  it.each(['ledger.db', 'signed/checkpoints', 'keys/vault.key', 'workflows/code-change.yaml'])(
    'when one bit of %s was changed',
    async (path) => {
      await recordARun()
      await backup()
      const file = join(place, 'backup', path)
      const bytes = await readFile(file)
      bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1)
      await writeFile(file, bytes)
      await expect(restored()).rejects.toMatchObject({ code: 'backup.damaged' })
      expect(await isEmpty()).toBe(true)
    },
  )

  it('when a file is missing', async () => {
    await backup()
    await rm(join(place, 'backup', 'ledger.db'))
    await expect(restored()).rejects.toMatchObject({ code: 'backup.damaged' })
    expect(await isEmpty()).toBe(true)
  })

  it('when the backup was interrupted before its end', async () => {
    await backup()
    await rm(join(place, 'backup', 'backup.json'))
    await expect(restored()).rejects.toMatchObject({ code: 'backup.not-a-backup' })
  })

  it.each(['../outside', '/etc/passwd', 'a/../../b', 'a\\b', '', 'a//b', 'a\0b'])(
    'when its manifest names %j',
    async (path) => {
      await backup()
      const file = join(place, 'backup', 'backup.json')
      const manifest = JSON.parse(await readFile(file, 'utf8'))
      manifest.files[0].path = path
      await writeFile(file, JSON.stringify(manifest))
      await expect(restored()).rejects.toMatchObject({ code: 'backup.not-a-backup' })
    },
  )

  it('when it lacks entries that a checkpoint kept elsewhere covers', async () => {
    await recordARun()
    await backup()
    await recordARun()
    const old = (await custody.api('GET', '/v1/log/checkpoint')).body.toString()
    await expect(restored({ old })).rejects.toMatchObject({ code: 'backup.older' })
    expect(await isEmpty()).toBe(true)
  })

  it('when the checkpoint is one of another log', async () => {
    await backup()
    await using other = await RunningCustody.start()
    const old = (await other.api('GET', '/v1/log/checkpoint')).body.toString()
    await expect(restored({ old })).rejects.toMatchObject({ code: 'backup.differs' })
  })

  it('when an installation stands there already', async () => {
    await backup()
    await restored()
    await expect(restored()).rejects.toMatchObject({ code: 'server.already-initialised' })
    expect(await isEmpty()).toBe(false)
  })
})

it('accepts a checkpoint that the backup covers', async () => {
  const old = (await custody.api('GET', '/v1/log/checkpoint')).body.toString()
  await recordARun()
  await backup()
  expect(await restored({ old })).toMatchObject({ v: 1 })
})

it('leaves the keys out when told to, and takes them from elsewhere', async () => {
  await recordARun()
  await backup(false)
  expect(await readdir(join(place, 'backup'))).not.toContain('keys')
  await expect(restored()).rejects.toMatchObject({ code: 'backup.keys-missing' })
  await cp(custody.directory.keys, join(place, 'safe'), { recursive: true })
  expect(await restored({ keys: join(place, 'safe') })).toMatchObject({ keys: false })
})

it('writes into an empty directory only', async () => {
  await backup()
  await expect(backup()).rejects.toMatchObject({ code: 'backup.target-not-empty' })
})
