import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readDocumentFile } from './index.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'custody-documents-'))
})
afterEach(() => rm(dir, { recursive: true }))

async function fileOf(bytes: string | Uint8Array): Promise<string> {
  const path = join(dir, 'f.yaml')
  await writeFile(path, bytes)
  return path
}

describe('readDocumentFile', () => {
  it('gives exactly the bytes of the file as text', async () => {
    const path = await fileOf('\ufeffname: ä\r\n')
    expect(await readDocumentFile(path)).toEqual({ ok: true, value: '\ufeffname: ä\r\n' })
  })

  it('refuses a file that is not UTF-8', async () => {
    expect(await readDocumentFile(await fileOf(Uint8Array.of(0x61, 0xff)))).toMatchObject({
      refusal: { message: 'The file is not UTF-8 text.' },
    })
  })

  it('refuses a file larger than 256 KiB', async () => {
    expect(await readDocumentFile(await fileOf('x'.repeat(256 * 1024 + 1)))).toMatchObject({ ok: false })
  })

  it('refuses a folder', async () => {
    expect(await readDocumentFile(dir)).toMatchObject({ refusal: { message: 'This is not a file.' } })
  })

  it('throws the system’s error for a missing file', async () => {
    await expect(readDocumentFile(join(dir, 'none'))).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
