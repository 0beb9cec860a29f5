import { expect, it } from 'vitest'
import { filledRun, startForgetful } from '../../../test/support/forgetful-custody.ts'
import type { VaultTables } from '../vault/index.ts'
import { eraseInUnits } from './erase-units.ts'
import type { RetentionTables } from './store.ts'

const GROUNDS = {
  actor: 'system',
  scope: 'class',
  subject: '400d',
  reason: 'retention',
  consent: 'policy',
} as const

async function erasing(count: number) {
  const { custody } = await startForgetful()
  const ids: string[] = []
  for (let i = 0; i < count; i++) ids.push(await filledRun(custody))
  const { ledger, runs, database, clock, ids: makeId, forgetting } = custody.server.services
  const deps = { ledger, reader: database.reader<VaultTables & RetentionTables>(), clock, ids: makeId }
  const rows = () => Promise.all(ids.map((id) => runs.row(id)))
  return { custody, deps, rows, forgetting, ids }
}

it('is refused by a hold that was placed after everything was looked at [REC-15]', async () => {
  const { custody, deps, rows, forgetting, ids } = await erasing(1)
  await using _ = custody
  const target = { runs: await rows(), parts: [] }
  const { event } = await forgetting.holds.place(custody.person.person.id, {
    scope: 'run',
    subject: ids[0] ?? '',
    reason: 'a dispute',
  })
  const size = await deps.ledger.size()
  await expect(eraseInUnits(deps, target, { grounds: GROUNDS })).rejects.toMatchObject({
    code: 'retention.held',
    message: expect.stringContaining(event),
  })
  expect(await deps.ledger.size()).toBe(size)
  expect((await rows())[0]?.erased_by).toBeNull()
})

it('makes as many entries as their parts need, and numbers them', async () => {
  const { custody, deps, rows } = await erasing(3)
  await using _ = custody
  const large = (await rows()).map((row) => ({ ...row, parts: 6000 }))
  const erased = await eraseInUnits(deps, { runs: large, parts: [] }, { grounds: GROUNDS })
  expect(erased.entries).toHaveLength(3)
  expect(erased.parts).toBe(9)
  using view = custody.durable()
  expect(view.ofKind('part.erased').map(({ data }) => [data.step, data.steps])).toEqual([
    [1, 3],
    [2, 3],
    [3, 3],
  ])
})
