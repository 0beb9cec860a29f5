import { describe, expect, it } from 'vitest'
import { type SampleRun, sampleRun } from '../../../../test/vectors/sample-run.ts'
import { buildBundle, type EvidencePart, type EvidenceSource } from '../../../answering/evidence/index.ts'
import { nodeCrypto } from '../../node-crypto/index.ts'
import { verifyBundle } from './verify-bundle.ts'

async function judge({ log, run, source }: SampleRun, changes: Partial<EvidenceSource> = {}) {
  const bundle = await buildBundle({ ...source, ...changes }, run)
  return verifyBundle(bundle, { crypto: nodeCrypto, pinnedVkeys: [log.vkey] })
}

/** The sample's parts with one of them told in another way. */
async function withPart({ source }: SampleRun, name: string, told: object): Promise<Partial<EvidenceSource>> {
  const parts = await source.partsOf([])
  const changed = parts.map((part) =>
    part.name === name ? ({ event: part.event, name, ...told } as EvidencePart) : part,
  )
  return { partsOf: () => Promise.resolve(changed) }
}

describe('the parts of a bundle', () => {
  it('may be erased by an entry that is proven to be in the log [REC-15]', async () => {
    const report = await judge(sampleRun({ absent: { patch: 'erased', p0: 'erased' } }))
    expect(report).toMatchObject({ ok: true, counts: { erased: 2 } })
  })

  it('are not erased by an entry that erased other parts', async () => {
    const sample = sampleRun({ absent: { patch: 'erased' } })
    const [erased] = (await sample.source.partsOf([])).filter((part) => part.state === 'erased')
    const told = { state: 'erased', entry: erased?.state === 'erased' ? erased.entry : 0 }
    const { checks } = await judge(sample, await withPart(sample, 'p1', told))
    expect(checks.parts).toMatchObject({ status: 'failed', problems: [expect.stringContaining('/p1')] })
  })

  it('are not erased by an entry that is no erasure', async () => {
    const sample = sampleRun()
    const [first] = await sample.source.entriesOfRun(sample.run)
    if (first === undefined) throw new Error('the sample has no entry')
    const told = { state: 'erased', entry: first.index }
    const changes = await withPart(sample, 'p1', told)
    const { checks } = await judge(sample, { ...changes, erasure: () => Promise.resolve(first) })
    expect(checks.parts).toMatchObject({ status: 'failed', problems: [expect.stringContaining('/p1')] })
  })

  it.each(['missing', 'damaged'])('that are %s fail the check and nothing else', async (state) => {
    const sample = sampleRun()
    const { ok, checks } = await judge(sample, await withPart(sample, 'p1', { state }))
    expect(ok).toBe(false)
    expect(checks.parts).toMatchObject({ status: 'failed', problems: [expect.stringContaining('/p1')] })
    expect(Object.values(checks).filter(({ status }) => status === 'failed')).toHaveLength(1)
  })

  it('that the source does not know of are missing', async () => {
    const sample = sampleRun()
    const parts = (await sample.source.partsOf([])).slice(1)
    const { checks } = await judge(sample, { partsOf: () => Promise.resolve(parts) })
    expect(checks.parts.detail).toContain('is missing from the vault')
  })

  it.each(['constructor', '__proto__', 'toString'])('in the state %s are in none', async (state) => {
    const sample = sampleRun()
    const { checks } = await judge(sample, await withPart(sample, 'p1', { state }))
    expect(checks.parts.detail).toContain('is in no known state')
  })
})
