import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, inject, it } from 'vitest'
import { backUp, dataDirectoryAt, placeOf, restore } from '../../src/server/index.ts'
import { createDatabase } from '../support/postgres/databases.ts'
import { RunningCustody } from '../support/running-custody.ts'

const NOW_MS = Date.UTC(2026, 10, 22)

/** Records one more run, checks it and the one from before, and backs everything up while it serves. */
async function goOn(custody: RunningCustody, before: string, out: string, url?: string): Promise<void> {
  await custody.start()
  try {
    const opened = await custody.openRun()
    await custody.closeRun(opened)
    for (const run of [before, opened.run]) {
      expect(await custody.verifiedBundle(run)).toMatchObject({ ok: true })
    }
    const place = placeOf(custody.directory, url)
    expect((await backUp(custody.directory, { place, out, withKeys: true, nowMs: NOW_MS })).missing).toEqual(
      [],
    )
    expect(custody.reported).toEqual([])
  } finally {
    await custody.stop()
  }
}

it('moves an installation from SQLite to PostgreSQL and back, by backup and restore [REC-12]', async () => {
  const place = await mkdtemp(join(tmpdir(), 'custody-engines-'))
  await using first = await RunningCustody.start()
  try {
    const { run, token } = await first.openRun('A task to be found again')
    await first.closeRun({ run, token })
    await first.stop()
    await goOn(first, run, join(place, 'one'))

    const url = await createDatabase(inject('postgresUrl'), 'empty')
    const onServer = dataDirectoryAt(join(place, 'server', 'data'))
    await restore(onServer, { from: join(place, 'one'), databaseUrl: url })
    const options = { settings: { database: url } }
    const second = RunningCustody.existing(join(place, 'server'), first.person, options)
    await goOn(second, run, join(place, 'two'), url)

    const again = dataDirectoryAt(join(place, 'again', 'data'))
    await expect(restore(again, { from: join(place, 'two'), databaseUrl: url })).rejects.toMatchObject({
      code: 'server.already-initialised',
    })
    await restore(again, { from: join(place, 'two') })
    await goOn(RunningCustody.existing(join(place, 'again'), first.person), run, join(place, 'three'))
  } finally {
    await rm(place, { recursive: true, force: true })
  }
})
