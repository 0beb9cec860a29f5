import { bundleFromJSON } from '@sigstore/bundle'
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify'
import { beforeAll, describe, expect, it } from 'vitest'
import { type SampleRun, sampleRun } from '../../../test/vectors/sample-run.ts'
import { sha256 } from '../../kernel/index.ts'
import { ed25519Spki, logId, PATHS, readZip } from '../../recording/verify/index.ts'
import { buildBundle } from './build-bundle.ts'
import type { EvidenceSource } from './source.ts'

let sample: SampleRun

beforeAll(() => {
  sample = sampleRun()
})

async function filesOf({ source, run }: SampleRun): Promise<ReadonlyMap<string, string>> {
  const zip = readZip(await buildBundle(source, run))
  if (!zip.ok) throw new Error(zip.problem)
  return new Map([...zip.files].map(([name, bytes]) => [name, Buffer.from(bytes).toString()]))
}

function altered(changes: Partial<EvidenceSource>): EvidenceSource {
  return { ...sample.source, ...changes }
}

describe('a bundle', () => {
  it('is the same bytes for the same run, checkpoint and signature [EVD-1]', async () => {
    const signature = sample.signer.sign(new Uint8Array(1))
    const source = altered({ signer: { keyId: sample.signer.keyId, sign: () => signature } })
    const [one, two] = [await buildBundle(source, sample.run), await buildBundle(source, sample.run)]
    expect(Buffer.compare(one, two)).toBe(0)
  })

  it('has the task, the repository state, the sponsor, the models and the change in it [EVD-1]', async () => {
    const files = await filesOf(sample)
    expect(files.get('parts/00000-task')).toBe('Update left-pad and run the tests.')
    expect(files.get('parts/00001-state')).toContain('"branch":"main"')
    expect(files.get('changes/0/patch.diff')).toContain('"left-pad":"1.3.0"')
    const page = files.get(PATHS.page) ?? ''
    for (const fact of [
      'Ada Example',
      'per_01KAH8S5M00000000000000ADA',
      'sample-1-2026',
      'dependency-update',
    ]) {
      expect(page).toContain(fact)
    }
  })

  it('writes nothing of withheld and erased parts', async () => {
    const redacted = sampleRun({ task: 'the secret task', absent: { task: 'withheld', patch: 'erased' } })
    const files = await filesOf(redacted)
    expect([...files.values()].join('')).not.toContain('the secret task')
    expect(files.has('changes/0/patch.diff')).toBe(false)
    expect(files.get(PATHS.partIndex)).toContain('"state":"withheld"')
    expect(files.get(PATHS.page)).toContain('(withheld)')
  })

  it('is refused for a run that has not ended', async () => {
    const entries = (await sample.source.entriesOfRun(sample.run)).slice(0, -1)
    await expect(buildBundle(altered({ entriesOfRun: () => entries }), sample.run)).rejects.toMatchObject({
      code: 'evidence.run-open',
    })
  })

  it('is refused while the record is not signed', async () => {
    const source = altered({ statementsOfRun: () => Promise.resolve([]) })
    await expect(buildBundle(source, sample.run)).rejects.toMatchObject({ code: 'evidence.record-missing' })
  })
})

describe('the page', () => {
  it('escapes what a task or a file can hold and shows what would hide [EVD-1]', async () => {
    const hostile = sampleRun({ task: '<script>alert("1")</script><img src=x onerror=y> \u202etxt\u0007' })
    const page = (await filesOf(hostile)).get(PATHS.page) ?? ''
    expect(page).not.toMatch(/<script|<img/)
    expect(page).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;')
    expect(page).toContain('⟨U+202E⟩txt⟨U+0007⟩')
  })

  it('loads nothing from anywhere', async () => {
    const page = (await filesOf(sample)).get(PATHS.page) ?? ''
    expect(page).not.toMatch(/\b(src|href)=/)
    expect(page).toContain("default-src 'none'")
  })

  it('says where a long body was cut', async () => {
    const long = sampleRun({ task: 'a'.repeat(20_007) })
    expect((await filesOf(long)).get(PATHS.page)).toContain('Cut here: 7 more characters')
  })
})

describe("Sigstore's own verifier", () => {
  function judge(json: string, run: SampleRun): void {
    const trust = toTrustMaterial(
      {
        mediaType: '',
        certificateAuthorities: [],
        ctlogs: [],
        timestampAuthorities: [],
        tlogs: [tlog(run)],
      } as never,
      { [run.signer.keyId]: { rawBytes: Buffer.from(run.signer.spkiDer), keyDetails: 0 } },
    )
    const options = { tlogThreshold: 1, ctlogThreshold: 0, timestampThreshold: 0, tsaThreshold: 0 }
    new Verifier(trust, options).verify(toSignedEntity(bundleFromJSON(JSON.parse(json))))
  }

  function tlog(run: SampleRun) {
    const { key } = run.log
    const id = { keyId: Buffer.from(logId(sha256, key)) }
    return {
      baseUrl: `https://${key.name}`,
      hashAlgorithm: 1,
      publicKey: { rawBytes: Buffer.from(ed25519Spki(key.publicKey)), keyDetails: 7 },
      logId: id,
      checkpointKeyId: id,
    }
  }

  it('accepts the execution record with its place in our log [EVD-1]', async () => {
    const json = (await filesOf(sample)).get(PATHS.sigstore) ?? ''
    expect(() => judge(json, sample)).not.toThrow()
  })

  it('rejects it altered', async () => {
    const json = (await filesOf(sample)).get(PATHS.sigstore) ?? ''
    const parsed = JSON.parse(json) as {
      dsseEnvelope: { payload: string }
      verificationMaterial: { tlogEntries: { inclusionProof: { rootHash: string; hashes: string[] } }[] }
    }
    const payload = structuredClone(parsed)
    payload.dsseEnvelope.payload = Buffer.from('{}').toString('base64')
    expect(() => judge(JSON.stringify(payload), sample)).toThrow()
    const proof = structuredClone(parsed)
    proof.verificationMaterial.tlogEntries[0]?.inclusionProof.hashes.reverse()
    expect(() => judge(JSON.stringify(proof), sample)).toThrow()
  })
})
