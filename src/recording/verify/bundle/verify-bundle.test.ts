import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { MemoryLog, memorySigner } from '../../../../test/support/memory-log.ts'
import { repacked, resigned, rewritten } from '../../../../test/vectors/repacked.ts'
import { type SampleRun, sampleRun } from '../../../../test/vectors/sample-run.ts'
import { buildBundle } from '../../../answering/evidence/index.ts'
import { nodeCrypto } from '../../node-crypto/index.ts'
import { fromPem, toPem } from '../spki.ts'
import { readZip } from '../zip-reader.ts'
import { keyPaths, PATHS } from './paths.ts'
import { type BundleReport, CHECK_NAMES, type CheckName } from './report.ts'
import { verifyBundle } from './verify-bundle.ts'

let sample: SampleRun
let bundle: Uint8Array

beforeAll(async () => {
  sample = sampleRun()
  bundle = await buildBundle(sample.source, sample.run)
})

function judge(bytes: Uint8Array, pinnedVkeys: readonly string[] = [sample.log.vkey]): BundleReport {
  return verifyBundle(bytes, { crypto: nodeCrypto, pinnedVkeys })
}

function failedChecks(bytes: Uint8Array): readonly CheckName[] {
  const report = judge(bytes)
  expect(report.ok).toBe(report.ok && CHECK_NAMES.every((name) => report.checks[name].status !== 'failed'))
  return CHECK_NAMES.filter((name) => report.checks[name].status === 'failed')
}

/** What fails when the holder of the signing key alters the files and signs them again. */
function failedAfter(alter: (files: Map<string, Uint8Array>) => void): readonly CheckName[] {
  return failedChecks(resigned(bundle, sample.signer, alter))
}

function flipBit(bytes: Uint8Array, bit: number): Uint8Array {
  return bytes.with(bit >> 3, (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7)))
}

describe('a whole bundle', () => {
  it('passes every check and counts what it holds [REC-12]', () => {
    const report = judge(bundle)
    expect(report).toMatchObject({ ok: true, run: sample.run })
    expect(CHECK_NAMES.map((name) => report.checks[name].status)).toEqual([
      ...Array<string>(6).fill('passed'),
      'not-present',
    ])
    expect(report.counts).toMatchObject({ events: 12, statements: 2, parts: 16, disclosed: 16 })
  })

  it('says so when the log key comes from the bundle itself', () => {
    const report = verifyBundle(bundle, { crypto: nodeCrypto })
    expect(report.ok).toBe(true)
    expect(report.checks.keys).toMatchObject({ status: 'unpinned', problems: [] })
    expect(report.checks.keys.detail).toContain(sample.log.vkey)
  })

  it('passes with parts withheld or erased, and counts them', async () => {
    const redacted = sampleRun({ absent: { task: 'withheld', response: 'erased' } })
    const report = judge(await buildBundle(redacted.source, redacted.run))
    expect(report.ok).toBe(true)
    expect(report.counts).toMatchObject({ parts: 16, disclosed: 13, withheld: 1, erased: 2 })
  })

  it('passes again when signed again unaltered', () => {
    expect(failedAfter(() => undefined)).toEqual([])
  })
})

describe('a changed bundle', () => {
  it('fails with any one bit of the file changed [REC-12]', () => {
    fc.assert(
      fc.property(fc.nat({ max: bundle.length * 8 - 1 }), (bit) => !judge(flipBit(bundle, bit)).ok),
      { numRuns: 150 },
    )
  })

  it('is not a sound container with one bit changed, all over it', () => {
    for (let at = 0; at < bundle.length; at += 29) {
      const zip = readZip(flipBit(bundle, at * 8 + (at % 8)))
      expect(zip.ok && zip.problems.length === 0).toBe(false)
    }
  })

  it('fails with any one bit of any file changed and packed soundly again [REC-12]', () => {
    const zip = readZip(bundle)
    const names = zip.ok ? [...zip.files.keys()] : []
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.nat(), (name, n) => {
        const altered = repacked(bundle, (files) => {
          const bytes = files.get(name) ?? new Uint8Array()
          files.set(name, flipBit(bytes, n % (bytes.length * 8)))
        })
        return judge(altered).checks.signatures.status === 'failed'
      }),
      { numRuns: 150 },
    )
  })

  it('fails with any file taken away or added', () => {
    const zip = readZip(bundle)
    for (const name of zip.ok ? zip.files.keys() : []) {
      expect(judge(repacked(bundle, (files) => files.delete(name))).ok).toBe(false)
    }
    expect(failedChecks(repacked(bundle, (files) => files.set('parts/more', new Uint8Array(1))))).toEqual([
      'signatures',
      'parts',
    ])
  })

  it('never throws, whatever stands in its files', () => {
    const zip = readZip(bundle)
    const names = zip.ok ? [...zip.files.keys()] : []
    const nasty = fc.oneof(
      fc.string(),
      fc.json(),
      fc.constantFrom(
        'null',
        '[]',
        '{"v":1}',
        '['.repeat(50_000),
        '{"__proto__":{"v":1}}',
        '{"files":[null]}',
      ),
    )
    fc.assert(
      fc.property(fc.constantFrom(...names), nasty, (name, text) => {
        return !judge(repacked(bundle, (files) => files.set(name, Buffer.from(text)))).ok
      }),
      { numRuns: 120 },
    )
  })

  it('reports a file that is no bundle as failed in every check', () => {
    const report = judge(new Uint8Array(10))
    expect(report.ok).toBe(false)
    expect(CHECK_NAMES.every((name) => report.checks[name].status === 'failed')).toBe(true)
  })
})

describe('whoever holds the signing key', () => {
  it('cannot leave an event out [REC-12]', () => {
    const drop = (text: string) => text.split('\n').toSpliced(4, 1).join('\n')
    expect(failedAfter(rewritten(PATHS.events, drop))).toContain('completeness')
  })

  it('cannot cut the tail [REC-12]', () => {
    const cut = (text: string) => `${text.split('\n').slice(0, -2).join('\n')}\n`
    expect(failedAfter(rewritten(PATHS.events, cut))).toEqual(
      expect.arrayContaining(['inclusion', 'completeness']),
    )
  })

  it('cannot put events in another order [REC-12]', () => {
    const swap = (text: string) => {
      const lines = text.split('\n')
      return [...lines.slice(0, 3), lines[4], lines[3], ...lines.slice(5)].join('\n')
    }
    expect(failedAfter(rewritten(PATHS.events, swap))).toContain('completeness')
  })

  it('cannot change what an event says [REC-12]', () => {
    const more = (text: string) => text.replace('"inputTokens":100', '"inputTokens":101')
    expect(failedAfter(rewritten(PATHS.events, more))).toContain('completeness')
  })

  it('cannot spell an event in another way', () => {
    const spaced = (text: string) => text.replace('"inputTokens":100', '"inputTokens": 100')
    expect(failedAfter(rewritten(PATHS.events, spaced))).toContain('completeness')
  })

  it('cannot exchange a disclosed body [REC-12]', () => {
    const other = (files: Map<string, Uint8Array>) =>
      files.set('parts/00000-task', Buffer.from('Another task.'))
    expect(failedAfter(other)).toContain('parts')
  })

  it('cannot exchange the patch', () => {
    expect(failedAfter(rewritten('changes/0/patch.diff', (text) => text.replace('1.3.0', '6.6.6')))).toEqual([
      'parts',
    ])
  })

  it('cannot drop a part without listing it', () => {
    const drop = (text: string) => {
      const index = JSON.parse(text) as { parts: { name: string }[] }
      return JSON.stringify({ parts: index.parts.filter(({ name }) => name !== 'patch') })
    }
    const failed = failedAfter((files) => {
      rewritten(PATHS.partIndex, drop)(files)
      files.delete('changes/0/patch.diff')
    })
    expect(failed).toContain('parts')
  })

  it('cannot bring another checkpoint', () => {
    const other = new MemoryLog('ledger.example/v1')
    other.append(new Uint8Array())
    expect(failedAfter((files) => files.set(PATHS.checkpoint, Buffer.from(other.checkpoint())))).toEqual(
      expect.arrayContaining(['inclusion', 'keys']),
    )
  })

  it('cannot bring a log key that is not trusted', () => {
    const other = new MemoryLog('ledger.example/v1')
    expect(failedAfter((files) => files.set(PATHS.vkey, Buffer.from(`${other.vkey}\n`)))).toContain('keys')
    expect(judge(bundle, [other.vkey]).checks.keys.status).toBe('failed')
    expect(judge(bundle, [other.vkey]).checks.inclusion.status).toBe('failed')
  })

  it('does not pass under a pinned key that is malformed', () => {
    expect(judge(bundle, ['not a vkey']).checks.keys.status).toBe('failed')
  })

  it('cannot hide a file', () => {
    expect(failedAfter((files) => files.set('proofs/hidden', new Uint8Array(1)))).toEqual(['signatures'])
  })

  it('cannot give the record to Sigstore under another proof', () => {
    const elsewhere = (text: string) => text.replace('"integratedTime":"0"', '"integratedTime":"1"')
    expect(failedAfter(rewritten(PATHS.sigstore, elsewhere))).toEqual(['inclusion'])
  })
})

describe('a stranger with a key of their own', () => {
  it('can sign everything again and is found by the key check [REC-12]', () => {
    const stranger = memorySigner()
    const swapped = (files: Map<string, Uint8Array>) => {
      const [own, others] = [keyPaths(sample.signer.keyId), keyPaths(stranger.keyId)]
      files.set(others.pem, Buffer.from(toPem(stranger.spkiDer)))
      files.set(others.entry, files.get(own.entry) ?? new Uint8Array())
      files.set(others.proof, files.get(own.proof) ?? new Uint8Array())
    }
    expect(failedChecks(resigned(bundle, stranger, swapped))).toEqual(['keys'])
  })
})

describe('a public key in PEM', () => {
  it('has one spelling only', () => {
    const pem = toPem(sample.signer.spkiDer)
    expect(fromPem(pem)).toEqual(new Uint8Array(sample.signer.spkiDer))
    for (const other of [`${pem}\n`, pem.replace('\n', '\r\n'), pem.replace('PUBLIC', 'PRIVATE'), '']) {
      expect(fromPem(other)).toBeUndefined()
    }
  })
})
