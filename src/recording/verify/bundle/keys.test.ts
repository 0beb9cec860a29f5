import { describe, expect, it } from 'vitest'
import { resigned } from '../../../../test/vectors/repacked.ts'
import { sampleRun } from '../../../../test/vectors/sample-run.ts'
import { buildBundle } from '../../../answering/evidence/index.ts'
import { nodeCrypto } from '../../node-crypto/index.ts'
import { keyChangePaths } from './paths.ts'
import { verifyBundle } from './verify-bundle.ts'

async function judged(
  revoked: 'before' | 'after',
  alter: (files: Map<string, Uint8Array>, keyId: string) => void = () => undefined,
) {
  const sample = sampleRun({ revoked })
  const bundle = await buildBundle(sample.source, sample.run)
  const altered = resigned(bundle, sample.signer, (files) => alter(files, sample.signer.keyId))
  return verifyBundle(altered, { crypto: nodeCrypto, pinnedVkeys: [sample.log.vkey] }).checks
}

describe('a bundle under a revoked key', () => {
  it('fails when the key was revoked before the record it signed was logged [REC-12]', async () => {
    const { keys } = await judged('before')
    expect(keys.problems).toEqual([
      expect.stringMatching(
        /^The signing key [0-9a-f]{64} was revoked by entry 2, before the record it signed was logged\.$/,
      ),
      expect.stringMatching(/before it signed the manifest\.$/),
    ])
  })

  it('holds what was signed and logged before, and fails for the manifest alone when that came later', async () => {
    const { keys, signatures, inclusion } = await judged('after')
    expect([signatures.status, inclusion.status]).toEqual(['passed', 'passed'])
    expect(keys.problems).toEqual([expect.stringMatching(/before it signed the manifest\.$/)])
  })

  it('fails when the entry of the revocation is not proven, or stands under another name', async () => {
    const unproven = await judged('after', (files, keyId) =>
      files.delete(keyChangePaths('revoked', keyId).proof),
    )
    expect(unproven.keys.problems).toEqual([expect.stringContaining('is not proven to be in the log')])
    const renamed = await judged('after', (files, keyId) => {
      const paths = keyChangePaths('revoked', keyId)
      const other = keyChangePaths('log', keyId)
      for (const name of ['entry', 'proof'] as const) {
        files.set(other[name], files.get(paths[name]) ?? new Uint8Array())
        files.delete(paths[name])
      }
    })
    expect(renamed.keys.status).toBe('failed')
  })
})
