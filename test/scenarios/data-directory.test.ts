import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { dataDirectoryAt, initialise } from '../../src/server/index.ts'
import { runCustody } from '../support/custody-process.ts'
import { RunningCustody } from '../support/running-custody.ts'

const ADA = 'Ada Lovelace <ada@example.test>'

describe('data directories that cannot be used', () => {
  let home: string
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'custody-test-'))
  })
  afterEach(() => rm(home, { recursive: true, force: true }))

  // Places that nobody can write, whoever runs the tests: below a file, and where the kernel makes the files.
  it.each([
    ['below a file', () => join(home, 'file', 'data')],
    ['a file', () => join(home, 'file')],
    ['made by the kernel', () => '/proc/custody-test'],
  ])('refuses to initialise one that is %s, and says so', async (_what, path) => {
    await writeFile(join(home, 'file'), '')
    const made = initialise(dataDirectoryAt(path()), ADA)
    await expect(made).rejects.toMatchObject({ code: 'storage.data-directory-not-writable' })
  })

  it('says so on the command line, without a stack trace', async () => {
    await writeFile(join(home, 'file'), '')
    const data = join(home, 'file', 'data')
    const { code, stderr } = await runCustody(
      dataDirectoryAt(join(home, 'x')),
      'init',
      '--data',
      data,
      '--person',
      ADA,
    )
    expect(code).toBe(2)
    expect(stderr).toMatch(/^error storage\.data-directory-not-writable: .*--data/)
    expect(stderr).not.toMatch(/\n\s+at /)
  })

  it('refuses to serve where nothing was initialised', async () => {
    const { code, stderr } = await runCustody(
      dataDirectoryAt(join(home, 'x')),
      'serve',
      '--data',
      join(home, 'none'),
    )
    expect([code, stderr]).toEqual([4, expect.stringContaining('custody init --data')])
  })

  it('never touches an installation that is there', async () => {
    await using custody = await RunningCustody.prepare()
    await expect(initialise(custody.directory, ADA)).rejects.toMatchObject({
      code: 'server.already-initialised',
    })
    await custody.start()
    expect((await custody.api('GET', '/v1/whoami')).status).toBe(200)
  })
})
