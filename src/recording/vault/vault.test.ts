import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ScratchVault } from '../../../test/support/scratch-vault.ts'
import { hmacSha256 } from '../../kernel/index.ts'
import { COMMITMENT_DOMAIN } from '../record/index.ts'
import { createVaultKey, openVaultKey } from './index.ts'

const text = (body: string) => ({ type: 'text/plain', body: Buffer.from(body) })

it('gives back every body with the salt that opens its commitment', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), async (body) => {
      using open = new ScratchVault()
      const { parts, writes } = await open.vault.seal(
        { event: 'evt_1' },
        { task: { type: 'text/plain', body } },
      )
      open.run(writes)
      const [part] = await open.vault.disclose(['evt_1'])
      expect(Buffer.from(part?.body ?? [1])).toEqual(Buffer.from(body))
      const commitment = hmacSha256(part?.salt ?? Buffer.alloc(0), COMMITMENT_DOMAIN, body).toString('hex')
      expect(parts.task).toMatchObject({ commitment, bytes: body.length })
    }),
    { numRuns: 10 },
  )
})

it('leaves no byte of a body readable on disk, small or large', async () => {
  using open = new ScratchVault()
  const secret = 'the quick brown fox signs nothing'
  const { writes } = await open.vault.seal(
    { event: 'evt_1' },
    {
      small: text(secret),
      large: {
        type: 'text/plain',
        body: Buffer.from(
          secret + Buffer.from(crypto.getRandomValues(new Uint8Array(60_000))).toString('hex'),
        ),
      },
    },
  )
  open.run(writes)
  const files = [...open.files().values()]
  expect(files.length).toBeGreaterThan(1)
  for (const bytes of files) expect(bytes.includes('quick brown')).toBe(false)
  expect(await open.vault.disclose(['evt_1'])).toHaveLength(2)
})

it('tells a changed part and a missing file apart', async () => {
  using open = new ScratchVault()
  const { writes } = await open.vault.seal({ event: 'evt_1' }, { task: text('hello') })
  open.run(writes)
  open.database.exec('UPDATE parts SET sealed = zeroblob(length(sealed))')
  await expect(open.vault.disclose(['evt_1'])).rejects.toMatchObject({ code: 'vault.part-damaged' })
  open.database.exec("UPDATE parts SET sealed = NULL, file = 'aa/aa'")
  await expect(open.vault.disclose(['evt_1'])).rejects.toMatchObject({ code: 'vault.part-missing' })
})

it('notices two parts that were swapped', async () => {
  using open = new ScratchVault()
  const { writes } = await open.vault.seal({ event: 'evt_1' }, { a: text('hello'), b: text('world') })
  open.run(writes)
  open.database.exec(
    "UPDATE parts SET name = 'c' WHERE name = 'a'; UPDATE parts SET name = 'a' WHERE name = 'b'",
  )
  await expect(open.vault.disclose(['evt_1'])).rejects.toMatchObject({ code: 'vault.part-damaged' })
})

it('names a body once per run, and again after a restart', async () => {
  using open = new ScratchVault()
  const bodies = ['a', 'b', 'a'].map((body) => Buffer.from(body))
  const first = (await open.vault.piecesOf('run_1')).name(bodies)
  expect(first.names).toEqual(['p0', 'p1', 'p0'])
  const fresh = Object.fromEntries(
    first.fresh.map(({ name, body }) => [name, { type: 'application/json', body }]),
  )
  const others = { policy: text('c'), patch: text('d') }
  open.run((await open.vault.seal({ event: 'evt_1', run: 'run_1' }, { ...fresh, ...others })).writes)
  const afterRestart = (await open.vault.piecesOf('run_1')).name([Buffer.from('b'), Buffer.from('c')])
  expect(afterRestart).toMatchObject({ names: ['p1', 'p2'], fresh: [{ name: 'p2' }] })
  expect((await open.vault.piecesOf('run_2')).name(bodies).fresh).toHaveLength(2)
})

it('does not refer to a piece whose event was never stored', async () => {
  using open = new ScratchVault()
  const pieces = await open.vault.piecesOf('run_1')
  pieces.name([Buffer.from('a')])
  const second = pieces.name([Buffer.from('a')])
  expect(second.fresh).toHaveLength(1)
  second.stored()
  expect(pieces.name([Buffer.from('a')])).toMatchObject({ names: second.names, fresh: [] })
})

it('refuses a vault key file that is not one', async () => {
  using open = new ScratchVault()
  const path = join(open.directory, 'vault.key')
  await createVaultKey(path)
  expect(await openVaultKey(path)).toHaveLength(32)
  await expect(openVaultKey(join(open.directory, 'none'))).rejects.toMatchObject({
    code: 'vault.key-missing',
  })
})

const ERASED_RUN = { kind: 'part.erased', data: { runs: ['run_1'], parts: {} } } as const
const large = () => ({
  type: 'text/plain',
  body: randomBytes(90_000),
})

it('destroys what an entry erases, and nothing else [REC-15]', async () => {
  using open = new ScratchVault()
  const bodies = { small: text('hello'), large: large() }
  open.run((await open.vault.seal({ event: 'evt_1', run: 'run_1' }, bodies)).writes)
  open.run((await open.vault.seal({ event: 'evt_2', run: 'run_2' }, bodies)).writes)
  open.project(ERASED_RUN, 17)
  const rows = await open.vault.examine(['evt_1', 'evt_2'])
  expect(rows.map(({ event, state }) => [event, state])).toEqual([
    ['evt_1', 'erased'],
    ['evt_1', 'erased'],
    ['evt_2', 'disclosed'],
    ['evt_2', 'disclosed'],
  ])
  await expect(open.vault.open({ event: 'evt_1', name: 'small' })).rejects.toMatchObject({
    code: 'vault.part-erased',
    message: expect.stringContaining('entry 17'),
  })
})

it('keeps the entry that erased a part first', async () => {
  using open = new ScratchVault()
  open.run((await open.vault.seal({ event: 'evt_1', run: 'run_1' }, { a: text('hello') })).writes)
  open.project({ kind: 'part.erased', data: { runs: [], parts: { evt_1: ['a', 'none'] } } }, 3)
  open.project(ERASED_RUN, 17)
  expect(await open.vault.erasuresOf(['evt_1'])).toEqual(new Map([['evt_1/a', 3]]))
})

it('leaves no key, salt, digest or body of an erased part in the database', async () => {
  using open = new ScratchVault()
  open.run((await open.vault.seal({ event: 'evt_1', run: 'run_1' }, { p0: text('hello') })).writes)
  open.project(ERASED_RUN, 17)
  expect(open.database.prepare('SELECT * FROM parts').get()).toMatchObject({
    wrapped_key: null,
    sealed: null,
    digest: null,
    stored: 0,
    erased_by: 17,
  })
})

it('removes the file of an erased part, also after a restart in between', async () => {
  using open = new ScratchVault()
  open.run((await open.vault.seal({ event: 'evt_1', run: 'run_1' }, { large: large() })).writes)
  open.project(ERASED_RUN, 17)
  const before = open.files().size
  expect(await open.reopened().removeErasedFiles()).toBe(1)
  expect(open.files().size).toBe(before - 1)
  expect(await open.vault.removeErasedFiles()).toBe(0)
})

it('wraps the parts of each class and month with a key of their own', async () => {
  using open = new ScratchVault()
  const key = (retentionMs: number | undefined, since: string) =>
    open.vault.keyFor({ since, ...(retentionMs === undefined ? {} : { retentionMs }) })
  const [day, year] = [86_400_000, 365 * 86_400_000]
  const ids = [
    await key(day, '2026-01-01T00:00:00.000Z'),
    await key(day, '2026-01-31T23:59:59.999Z'),
    await key(day, '2026-02-01T00:00:00.000Z'),
    await key(year, '2026-01-01T00:00:00.000Z'),
    await key(undefined, '2026-01-01T00:00:00.000Z'),
  ].map(({ id }) => id)
  expect(ids[0]).toBe(ids[1])
  expect(new Set(ids).size).toBe(4)
  expect((await open.reopened().keyFor({ retentionMs: day, since: '2026-01-05T00:00:00.000Z' })).id).toBe(
    ids[0],
  )
})

it('cannot read a part whose wrapping key was destroyed, wherever a copy of it is [REC-15]', async () => {
  using open = new ScratchVault()
  const key = await open.vault.keyFor({ retentionMs: 86_400_000, since: '2026-01-01T00:00:00.000Z' })
  open.run((await open.vault.seal({ event: 'evt_1', run: 'run_1', key }, { a: text('hello') })).writes)
  const copy = open.database.prepare('SELECT wrapped_key, sealed FROM parts').get()
  open.project({ kind: 'key.destroyed', data: { key: key.id } }, 18)
  open.project(ERASED_RUN, 17)
  open.database
    .prepare('UPDATE parts SET wrapped_key = ?, sealed = ?, erased_by = NULL')
    .run(copy?.wrapped_key ?? null, copy?.sealed ?? null)
  await expect(open.reopened().disclose(['evt_1'])).rejects.toMatchObject({ code: 'vault.part-missing' })
  const next = await open.vault.keyFor({ retentionMs: 86_400_000, since: '2026-01-02T00:00:00.000Z' })
  expect(next.id).not.toBe(key.id)
})
