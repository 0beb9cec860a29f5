import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { hmacSha256 } from '../../kernel/index.ts'
import { createReader, migrate, openWriter, toSqlParameters, type Write } from '../../storage/index.ts'
import { COMMITMENT_DOMAIN } from '../record/index.ts'
import { createVaultKey, openVaultKey, Vault, type VaultTables } from './index.ts'

class OpenVault implements Disposable {
  readonly directory = mkdtempSync(join(tmpdir(), 'custody-vault-'))
  readonly database = openWriter(join(this.directory, 'ledger.db'))
  readonly vault: Vault

  constructor() {
    migrate(this.database)
    this.vault = new Vault({
      key: Buffer.alloc(32, 7),
      reader: createReader<VaultTables>(this.database),
      directory: join(this.directory, 'parts'),
    })
  }

  run(writes: readonly Write[]): void {
    for (const { sql, parameters } of writes) this.database.prepare(sql).run(...toSqlParameters(parameters))
  }

  [Symbol.dispose](): void {
    this.database.close()
    rmSync(this.directory, { recursive: true, force: true })
  }
}

const text = (body: string) => ({ type: 'text/plain', body: Buffer.from(body) })

it('gives back every body with the salt that opens its commitment', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), async (body) => {
      using open = new OpenVault()
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
  using open = new OpenVault()
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
  const files = readdirSync(open.directory, { recursive: true, withFileTypes: true }).filter((file) =>
    file.isFile(),
  )
  expect(files.length).toBeGreaterThan(1)
  for (const file of files) {
    expect(readFileSync(join(file.parentPath, file.name)).includes('quick brown')).toBe(false)
  }
  expect(await open.vault.disclose(['evt_1'])).toHaveLength(2)
})

it('tells a changed part and a missing file apart', async () => {
  using open = new OpenVault()
  const { writes } = await open.vault.seal({ event: 'evt_1' }, { task: text('hello') })
  open.run(writes)
  open.database.exec('UPDATE parts SET sealed = zeroblob(length(sealed))')
  await expect(open.vault.disclose(['evt_1'])).rejects.toMatchObject({ code: 'vault.part-damaged' })
  open.database.exec("UPDATE parts SET sealed = NULL, file = 'aa/aa'")
  await expect(open.vault.disclose(['evt_1'])).rejects.toMatchObject({ code: 'vault.part-missing' })
})

it('notices two parts that were swapped', async () => {
  using open = new OpenVault()
  const { writes } = await open.vault.seal({ event: 'evt_1' }, { a: text('hello'), b: text('world') })
  open.run(writes)
  open.database.exec(
    "UPDATE parts SET name = 'c' WHERE name = 'a'; UPDATE parts SET name = 'a' WHERE name = 'b'",
  )
  await expect(open.vault.disclose(['evt_1'])).rejects.toMatchObject({ code: 'vault.part-damaged' })
})

it('names a body once per run, and again after a restart', async () => {
  using open = new OpenVault()
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
  using open = new OpenVault()
  const pieces = await open.vault.piecesOf('run_1')
  pieces.name([Buffer.from('a')])
  const second = pieces.name([Buffer.from('a')])
  expect(second.fresh).toHaveLength(1)
  second.stored()
  expect(pieces.name([Buffer.from('a')])).toMatchObject({ names: second.names, fresh: [] })
})

it('refuses a vault key file that is not one', async () => {
  using open = new OpenVault()
  const path = join(open.directory, 'vault.key')
  await createVaultKey(path)
  expect(await openVaultKey(path)).toHaveLength(32)
  await expect(openVaultKey(join(open.directory, 'none'))).rejects.toMatchObject({
    code: 'vault.key-missing',
  })
})
