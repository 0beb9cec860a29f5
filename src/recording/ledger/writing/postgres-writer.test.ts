import { expect, it } from 'vitest'
import { draft } from '../../../../test/support/bare-ledger.ts'
import { bareLedgerOn } from '../../../../test/support/engines.ts'
import { execute } from '../../../../test/support/postgres/databases.ts'
import { whatToDo } from './postgres-errors.ts'

/** What happens behind the back of a server that runs, and what it then says. */
const SURPRISES: readonly (readonly [string, string, RegExp])[] = [
  [
    'an older copy took its place',
    'UPDATE ledger_head SET size = 1',
    /holds 1 entries, and held 3 before: it is an older copy/,
  ],
  [
    'a newer version moved the schema and leaves this one behind',
    'INSERT INTO schema_versions (version, compatible_since) VALUES (1000, 1000)',
    /needs schema 1000/,
  ],
]

it.each(SURPRISES)('stops for good when %s', async (_, change, reason) => {
  await using bare = await bareLedgerOn('postgres')
  const ledger = await bare.start()
  for (let i = 0; i < 3; i++) await ledger.append(draft('recording.started'))
  if (bare.place.engine === 'postgres') await execute(bare.place.url, change)
  const refused = await ledger.append(draft('recording.started')).catch((error: unknown) => error)
  expect(refused).toMatchObject({ code: 'ledger.stopped' })
  expect((refused as Error).cause).toMatchObject({ message: expect.stringMatching(reason) as string })
  expect(ledger.healthy).toBe(false)
})

it.each([
  ['23505', 'contradicts'],
  ['22021', 'contradicts'],
  ['53100', 'disk-full'],
  ['53300', 'again'],
  ['57P01', 'again'],
  ['40P01', 'again'],
  ['25006', 'again'],
  ['42P01', 'stopped'],
  ['XX001', 'stopped'],
])('takes SQLSTATE %s for: %s', (code, outcome) => {
  expect(whatToDo(Object.assign(new Error('told by the server'), { code, severity: 'ERROR' }))).toBe(outcome)
})

it('tries again when the way to the server is gone', () => {
  expect(whatToDo(Object.assign(new Error('reset'), { code: 'ECONNRESET' }))).toBe('again')
  expect(whatToDo(new Error('Connection terminated unexpectedly'))).toBe('again')
})
