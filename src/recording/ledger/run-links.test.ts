import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { BareLedger, draft, newRun } from '../../../test/support/bare-ledger.ts'
import { checkLedger, openLedgerKeys } from './index.ts'

const CHANGES: readonly (readonly [string, RegExp])[] = [
  ['UPDATE entries SET prev = 1 WHERE idx = 3', /entry 3 does not name/],
  ['UPDATE entries SET prev = NULL WHERE idx = 2', /entry 2 does not name/],
  ['UPDATE entries SET prev = 0 WHERE idx = 3', /entry 3 does not name/],
]

it.each(CHANGES)(
  'finds an entry that does not follow the one before it in its run: %s',
  async (change, finding) => {
    await using bare = new BareLedger()
    const ledger = await bare.start()
    const [run, other] = [newRun(), newRun()]
    await ledger.append(draft('run.opened', { run }))
    await ledger.append(draft('run.opened', { run: other }))
    await ledger.appendAll([draft('tool.called', { run }), draft('tool.called', { run })])
    await bare.stop()
    const { directory, place } = bare
    const database = new DatabaseSync(join(directory, 'ledger.db'))
    const { vkey } = (await openLedgerKeys(join(directory, 'keys'))).log
    const places = { journalDirectory: join(directory, 'signed'), logDirectory: join(directory, 'log') }
    expect((await checkLedger({ database: place, ...places, vkey })).findings).toEqual([])
    database.exec(change)
    database.close()
    const { findings } = await checkLedger({ database: place, ...places, vkey })
    expect(findings).toMatchObject([{ part: 'entries', detail: expect.stringMatching(finding) }])
  },
)
