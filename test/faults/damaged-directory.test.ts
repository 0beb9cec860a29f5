import { copyFileSync, cpSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type DataDirectory, dataDirectoryAt } from '../../src/server/index.ts'
import { lockDirectory } from '../../src/storage/index.ts'
import { runCustody } from '../support/custody-process.ts'
import { RunningCustody } from '../support/running-custody.ts'

const UNVERIFIED = 6

/** What was done to a data directory, and the code with which the server then refuses to start. */
const DAMAGES: readonly (readonly [string, (directory: DataDirectory) => void, string])[] = [
  [
    'the database is cut to nothing like one',
    ({ database }) => truncateSync(database, 100),
    'storage.database-damaged',
  ],
  [
    'the database is cut in half',
    ({ database }) => truncateSync(database, statSync(database).size >> 1),
    'storage.database-damaged',
  ],
  [
    'the database is some other file',
    ({ database }) => copyFileSync(process.execPath, database),
    'storage.database-damaged',
  ],
  ['the database is gone', ({ database }) => rmSync(database), 'ledger.contradiction'],
  ['the database is empty', ({ database }) => truncateSync(database, 0), 'ledger.contradiction'],
  [
    'the journal of checkpoints is some other file',
    ({ journal }) => writeFileSync(join(journal, 'checkpoints'), 'hello\n\nhello\n\nhello\n\nhello\n'),
    'ledger.contradiction',
  ],
]

describe('a data directory in which', () => {
  let custody: RunningCustody
  let home: string
  let directory: DataDirectory

  beforeAll(async () => {
    custody = await RunningCustody.prepare()
    await custody.start()
    await custody.api('GET', '/v1/log/checkpoint')
    await custody.stop()
    for (const end of ['-wal', '-shm']) rmSync(`${custody.directory.database}${end}`, { force: true })
  })
  afterAll(() => custody[Symbol.asyncDispose]())

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'custody-damaged-'))
    directory = dataDirectoryAt(join(home, 'data'))
    cpSync(custody.directory.root, directory.root, { recursive: true })
  })
  afterEach(() => rmSync(home, { recursive: true, force: true }))

  const serve = () => runCustody(directory, 'serve', '--data', directory.root, '--listen', '127.0.0.1:0')

  it.each(DAMAGES)('%s is not served, and the message says why', async (_what, damage, code) => {
    damage(directory)
    const { code: exit, stderr } = await serve()
    expect(exit).toBe(UNVERIFIED)
    expect(stderr).toMatch(new RegExp(`^error ${code}: .*${directory.root}.*\\.`))
    expect(stderr).not.toMatch(/\n\s+at /)
  })

  it('the database is cut in half is told by fsck', async () => {
    const { database, root } = directory
    truncateSync(database, statSync(database).size >> 1)
    const { code, stdout, stderr } = await runCustody(directory, 'log', 'fsck', '--data', root)
    expect(code).toBe(UNVERIFIED)
    expect(stdout + stderr).toMatch(/damaged|malformed|cannot be read|holds/)
  })

  it('another server works is left alone', async () => {
    const lock = lockDirectory(directory.root)
    const { code, stderr } = await serve()
    lock.release()
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^error storage\.data-directory-in-use: .*--data/),
    ])
  })
})
