import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { draft, newRun } from '../../../test/support/bare-ledger.ts'
import { bareLedgerOn, ENGINES } from '../../../test/support/engines.ts'
import { nodeCrypto } from '../node-crypto/index.ts'
import { createMerkle, parseCheckpoint, parseNote, parseVkey, verifyNote } from '../verify/index.ts'

const merkle = createMerkle(nodeCrypto.sha256)

describe.each(ENGINES)('a ledger in %s', (engine) => {
  it('gives consecutive indexes over all and consecutive numbers within a run [REC-9]', async () => {
    await using bare = await bareLedgerOn(engine)
    const ledger = await bare.start()
    const [a, b] = [newRun(), newRun()]
    const positions = await Promise.all([
      ledger.append(draft('run.opened', { run: a })),
      ledger.append(draft('run.opened', { run: b })),
      ledger.append(draft('model.requested', { run: a })),
      ledger.append(draft('recording.started')),
      ledger.append(draft('model.requested', { run: b })),
    ])
    expect(positions).toEqual([
      { index: 0, seq: 0 },
      { index: 1, seq: 0 },
      { index: 2, seq: 1 },
      { index: 3 },
      { index: 4, seq: 1 },
    ])
  })

  it('stores a draft sent twice once and gives back its first position', async () => {
    await using bare = await bareLedgerOn(engine)
    const ledger = await bare.start()
    const twice = draft('recording.started')
    const first = await ledger.append(twice)
    await ledger.append(draft('recording.stopped'))
    expect(await ledger.append(twice)).toEqual(first)
    expect(await ledger.size()).toBe(2)
  })

  it('refuses what contradicts the stored rows alone, and goes on', async () => {
    await using bare = await bareLedgerOn(engine)
    const ledger = await bare.start()
    const person = {
      sql: "INSERT INTO persons (id, name, email, status) VALUES ('per_1', 'A', 'a@b.c', 'active')",
      parameters: [],
    }
    const twice = draft('recording.gap')
    const [first, second, third, repeated] = await Promise.allSettled([
      ledger.append(draft('recording.started'), [person]),
      ledger.append(draft('recording.started'), [person]),
      ledger.append(draft('recording.stopped')),
      ledger.appendAll([twice, twice]),
    ])
    expect([first, third].map((one) => one?.status)).toEqual(['fulfilled', 'fulfilled'])
    expect([second, repeated]).toMatchObject([
      { reason: { code: 'ledger.contradicts' } },
      { reason: { code: 'ledger.contradicts' } },
    ])
    expect(ledger.healthy).toBe(true)
    expect(await ledger.size()).toBe(2)
  })

  it('runs the writes of an append that is sent again only once', async () => {
    await using bare = await bareLedgerOn(engine)
    const ledger = await bare.start()
    const person = {
      sql: "INSERT INTO persons (id, name, email, status) VALUES ('per_1', 'A', 'a@b.c', 'active')",
      parameters: [],
    }
    const again = draft('recording.started')
    const first = await ledger.append(again, [person])
    expect(await ledger.append(again, [person])).toEqual(first)
  })

  it('writes the count and the Merkle root of the run into the event that closes it [REC-12]', async () => {
    await using bare = await bareLedgerOn(engine)
    const ledger = await bare.start()
    const run = newRun()
    await ledger.append(draft('run.opened', { run }))
    await ledger.appendAll([
      draft('tool.called', { run }),
      draft('run.closed', { run, data: { exitCode: 0 } }),
    ])
    const entries = await ledger.entriesOfRun(run)
    const closed = JSON.parse(Buffer.from(entries[2]?.body ?? '').toString())
    const root = merkle.rootOfHashes(entries.slice(0, 2).map((entry) => merkle.leafHash(entry.body)))
    expect(closed.data).toEqual({ exitCode: 0, count: 2, root: Buffer.from(root).toString('hex') })
  })

  it('refuses anything after the closing event, and leaves no trace of the refused unit', async () => {
    await using bare = await bareLedgerOn(engine)
    const ledger = await bare.start()
    const [closed, open] = [newRun(), newRun()]
    await ledger.appendAll([draft('run.opened', { run: closed }), draft('run.abandoned', { run: closed })])
    await ledger.append(draft('run.opened', { run: open }))
    const mixed = [draft('tool.called', { run: open }), draft('tool.called', { run: closed })]
    await expect(ledger.appendAll(mixed)).rejects.toMatchObject({ code: 'ledger.run-sealed' })
    expect(await ledger.append(draft('tool.called', { run: open }))).toEqual({ index: 3, seq: 1 })
  })

  it('refuses events of a run that was never opened', async () => {
    await using bare = await bareLedgerOn(engine)
    const ledger = await bare.start()
    const stray = draft('tool.called', { run: newRun() })
    await expect(ledger.append(stray)).rejects.toMatchObject({ code: 'ledger.run-unknown' })
  })

  it('refuses an entry above 65,535 bytes and goes on', async () => {
    await using bare = await bareLedgerOn(engine)
    const ledger = await bare.start()
    const large = draft('recording.started', { data: { text: 'x'.repeat(65_536) } })
    await expect(ledger.append(large)).rejects.toMatchObject({ code: 'ledger.entry-too-large' })
    expect((await ledger.append(draft('recording.started'))).index).toBe(0)
  })

  it('proves every entry against the signed checkpoint [REC-12]', async () => {
    await using bare = await bareLedgerOn(engine)
    const ledger = await bare.start()
    await Promise.all(Array.from({ length: 700 }, () => ledger.append(draft('recording.started'))))
    const vkeyText = readFileSync(join(bare.directory, 'keys/log.vkey'), 'utf8').trim()
    const note = parseNote(await ledger.checkpoint())
    const vkey = parseVkey(nodeCrypto.sha256, vkeyText)
    if (note === undefined || vkey === undefined) throw new Error('malformed checkpoint or key')
    expect(verifyNote(nodeCrypto, note, [vkey])).toHaveLength(1)
    const { size, root } = parseCheckpoint(note.text) ?? { size: 0, root: new Uint8Array() }
    expect(size).toBe(700)
    for (const index of [0, 1, 255, 256, 511, 512, 698, 699]) {
      const leafHash = merkle.leafHash((await ledger.entry(index))?.body ?? new Uint8Array())
      const proof = await ledger.inclusionProof(index, size)
      expect(merkle.verifyInclusion({ index, size, leafHash, proof, root })).toBe(true)
    }
  })

  it('continues the same tree after a restart', async () => {
    await using bare = await bareLedgerOn(engine)
    const first = await bare.start()
    await Promise.all(Array.from({ length: 300 }, () => first.append(draft('recording.started'))))
    const before = await first.checkpoint()
    await bare.stop()
    const second = await bare.start()
    expect(await second.checkpoint()).toBe(before)
    await second.append(draft('recording.stopped'))
    const entries = await second.entriesFrom(0, 301)
    const hashes = entries.map((entry) => merkle.leafHash(entry.body))
    expect(Buffer.from(await second.root(301))).toEqual(Buffer.from(merkle.rootOfHashes(hashes)))
  })
})

it('refuses to start over entries that contradict what was signed, and says what disagrees [REC-12]', async () => {
  await using bare = await bareLedgerOn('sqlite')
  const ledger = await bare.start()
  await Promise.all([1, 2, 3].map(() => ledger.append(draft('recording.started'))))
  await ledger.checkpoint()
  await bare.stop()
  const database = new DatabaseSync(join(bare.directory, 'ledger.db'))
  database.exec('DELETE FROM entries WHERE idx = 2')
  database.close()
  await expect(bare.start()).rejects.toThrow(/3 entries were signed .* holds 2/)
})

it('ignores a torn note at the end of the journal: it never left the process', async () => {
  await using bare = await bareLedgerOn('sqlite')
  const ledger = await bare.start()
  await ledger.append(draft('recording.started'))
  const note = await ledger.checkpoint()
  await bare.stop()
  const journal = join(bare.directory, 'signed/checkpoints')
  writeFileSync(journal, `${readFileSync(journal, 'utf8')}ledger.example/v1\n7\nAAAA`)
  expect(await (await bare.start()).checkpoint()).toBe(note)
})
