import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readdirSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { ScratchVault } from '../../../test/support/scratch-vault.ts'
import { hmacSha256 } from '../../kernel/index.ts'
import { COMMITMENT_DOMAIN } from '../record/index.ts'

async function* passing(...chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks
}

async function gathered(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const PLACE = { event: 'evt_1', run: 'run_1' } as const
const OF = { event: 'evt_1', name: 'contents' }

async function sealed(scratch: ScratchVault, ...chunks: readonly Uint8Array[]) {
  const { parts, writes } = await scratch.vault.sealStream(PLACE, 'contents', {
    type: 'application/octet-stream',
    body: passing(...chunks),
  })
  scratch.run(writes)
  return parts.contents
}

describe('a part that is sealed while it passes', () => {
  it('comes back, and its commitment is that of the whole body [REC-15]', async () => {
    using scratch = new ScratchVault()
    const body = randomBytes(500_000)
    const committed = await sealed(scratch, body.subarray(0, 100_000), body.subarray(100_000))
    const part = await scratch.vault.open(OF)
    expect((await gathered(part.body)).equals(body)).toBe(true)
    const commitment = hmacSha256(part.salt, COMMITMENT_DOMAIN, body).toString('hex')
    expect(committed).toMatchObject({ commitment, bytes: body.byteLength })
  })

  it('is compressed', async () => {
    using scratch = new ScratchVault()
    await sealed(scratch, Buffer.alloc(5_000_000, 'all work and no play '))
    expect(scratch.database.prepare('SELECT stored FROM parts').get()?.stored).toBeLessThan(20_000)
  })

  it('may be empty', async () => {
    using scratch = new ScratchVault()
    expect(await sealed(scratch)).toMatchObject({ bytes: 0 })
    expect(await gathered((await scratch.vault.open(OF)).body)).toHaveLength(0)
  })

  it('leaves no file when its source fails', async () => {
    using scratch = new ScratchVault()
    const body = (async function* () {
      yield randomBytes(200_000)
      throw new Error('the sender is gone')
    })()
    await expect(scratch.vault.sealStream(PLACE, 'contents', { type: 'a/b', body })).rejects.toThrow('gone')
    expect([...scratch.files().keys()].filter((path) => path.startsWith(scratch.parts))).toEqual([])
  })

  it.each<readonly [string, string, (path: string) => void]>([
    ['cut', 'vault.part-damaged', (path) => truncateSync(path, 70_000)],
    ['changed', 'vault.part-damaged', (path) => writeFileSync(path, randomBytes(400_000))],
    ['gone', 'vault.part-missing', (path) => rmSync(path)],
    ['emptied', 'vault.part-missing', (path) => truncateSync(path, 0)],
  ])('is an alarm when its file is %s', async (_, code, harm) => {
    using scratch = new ScratchVault()
    await sealed(scratch, randomBytes(500_000))
    harm(fileOf(scratch))
    const reading = (async () => gathered((await scratch.vault.open(OF)).body))()
    await expect(reading).rejects.toMatchObject({ code })
  })

  it('is not read from outside its directory, whatever its row says', async () => {
    using scratch = new ScratchVault()
    await sealed(scratch, randomBytes(500_000))
    renameSync(fileOf(scratch), join(scratch.directory, 'elsewhere'))
    scratch.database.exec("UPDATE parts SET file = '../elsewhere'")
    await expect(scratch.vault.open(OF)).rejects.toMatchObject({ code: 'vault.part-missing' })
  })

  it('takes a few megabytes of memory, however large it is [REC-15]', async () => {
    const program = new URL('../../../test/support/seal-large-part.ts', import.meta.url).pathname
    const { stdout } = await promisify(execFile)(process.execPath, ['--max-old-space-size=64', program])
    const { bytes, growthBytes, matches } = JSON.parse(stdout) as Record<string, unknown>
    expect({ bytes, matches }).toEqual({ bytes: 256 * 2 ** 20, matches: true })
    expect(growthBytes).toBeLessThan(96 * 2 ** 20)
  }, 60_000)
})

function fileOf({ parts }: ScratchVault): string {
  const file = readdirSync(parts, { recursive: true, withFileTypes: true }).find((entry) => entry.isFile())
  if (file === undefined) throw new Error('no file')
  return join(file.parentPath, file.name)
}
