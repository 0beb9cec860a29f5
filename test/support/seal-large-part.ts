import { createHash, randomBytes } from 'node:crypto'
import { ScratchVault } from './scratch-vault.ts'

// A process that seals a part of 256 MiB, opens it again, and tells how much its memory grew over that.
const CHUNK_BYTES = 2 ** 20
const CHUNKS = 256

using scratch = new ScratchVault()
const chunk = randomBytes(CHUNK_BYTES)
const [sent, received] = [createHash('sha256'), createHash('sha256')]
const before = process.memoryUsage().rss
let highest = before

async function* body(): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < CHUNKS; i++) {
    chunk.writeUInt32BE(i)
    sent.update(chunk)
    yield Buffer.from(chunk)
    look()
  }
}

function look(): void {
  highest = Math.max(highest, process.memoryUsage.rss())
}

const { parts, writes } = await scratch.vault.sealStream({ event: 'evt_1' }, 'contents', {
  type: 'application/octet-stream',
  body: body(),
})
scratch.run(writes)
const part = await scratch.vault.open({ event: 'evt_1', name: 'contents' })
for await (const bytes of part.body) {
  received.update(bytes)
  look()
}
const matches = sent.digest('hex') === received.digest('hex')
process.stdout.write(JSON.stringify({ bytes: parts.contents?.bytes, growthBytes: highest - before, matches }))
