import { describe, expect, it } from 'vitest'
import { MemoryLog } from '../../../../test/support/memory-log.ts'
import { sampleRun } from '../../../../test/vectors/sample-run.ts'
import { nodeCrypto } from '../../node-crypto/index.ts'
import { parseCheckpoint } from '../checkpoint.ts'
import { toHex } from '../encoding.ts'
import { parseNote, parseVkey } from '../note.ts'
import { formatTlogProof } from '../tlog-proof.ts'
import { verifyPart } from './verify-part.ts'

const trusting = (vkey: string) => {
  const key = parseVkey(nodeCrypto.sha256, vkey)
  return { crypto: nodeCrypto, vkeys: key === undefined ? [] : [key] }
}

/** The task of the sample run, with what a server would give as its proof. */
async function disclosedTask() {
  const { log, run, source } = sampleRun()
  const [opening] = await source.entriesOfRun(run)
  const [task] = (await source.partsOf([])).filter(({ name }) => name === 'task')
  if (opening === undefined || task?.state !== 'disclosed') throw new Error('the sample has no task')
  const checkpoint = log.checkpoint()
  const size = parseCheckpoint(parseNote(checkpoint)?.text ?? '')?.size ?? 0
  const proof = {
    v: 1,
    event: task.event,
    name: 'task',
    salt: toHex(task.salt),
    entry: Buffer.from(opening.bytes).toString(),
    proof: formatTlogProof({
      index: opening.index,
      hashes: log.inclusionProof(opening.index, size),
      checkpoint,
    }),
  }
  return { body: task.body, proof, trust: trusting(log.vkey), run, index: opening.index }
}

const bytes = (value: unknown) => Buffer.from(JSON.stringify(value))

describe('a part that is disclosed by itself', () => {
  it('is proven to be what an event of the log committed to [REC-15]', async () => {
    const { body, proof, trust, run, index } = await disclosedTask()
    expect(verifyPart(body, bytes(proof), trust)).toEqual({
      ok: true,
      event: proof.event,
      name: 'task',
      run,
      entry: index,
      problems: [],
    })
  })

  it.each<readonly [string, (proof: Record<string, unknown>) => object]>([
    ['another salt', (proof) => ({ ...proof, salt: '00'.repeat(32) })],
    ['another name', (proof) => ({ ...proof, name: 'policy' })],
    ['a name that every object has', (proof) => ({ ...proof, name: 'constructor' })],
    ['another event', (proof) => ({ ...proof, event: 'evt_0' })],
    ['a changed entry', (proof) => ({ ...proof, entry: String(proof.entry).replace('generic', 'another') })],
    ['an entry that is not canonical', (proof) => ({ ...proof, entry: ` ${String(proof.entry)}` })],
    ['no proof of inclusion', (proof) => ({ ...proof, proof: '' })],
    ['another place', (proof) => ({ ...proof, proof: String(proof.proof).replace('index 2', 'index 1') })],
    ['nothing', () => ({})],
  ])('fails with %s', async (_, change) => {
    const { body, proof, trust } = await disclosedTask()
    expect(verifyPart(body, bytes(change(proof)), trust).ok).toBe(false)
  })

  it('fails with another body', async () => {
    const { body, proof, trust } = await disclosedTask()
    const report = verifyPart(Buffer.concat([body, Buffer.from('!')]), bytes(proof), trust)
    expect(report.problems).toEqual(['The body is not what the event committed to.'])
  })

  it('fails under the key of another log', async () => {
    const { body, proof } = await disclosedTask()
    const { vkey } = new MemoryLog('ledger.example/v1')
    expect(verifyPart(body, bytes(proof), trusting(vkey)).ok).toBe(false)
  })
})
