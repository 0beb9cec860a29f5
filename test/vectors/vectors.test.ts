import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { nodeCrypto } from '../../src/recording/node-crypto/index.ts'
import { verifyBundle } from '../../src/recording/verify/index.ts'
import { runVector } from './run-vector.ts'
import { sampleRun } from './sample-run.ts'

function read(path: string): Buffer {
  return readFileSync(new URL(path, import.meta.url))
}

function readJson(path: string): Record<string, unknown> {
  return JSON.parse(read(path).toString()) as Record<string, unknown>
}

describe('the published vectors', () => {
  it('give the published report on the published bundle [REC-8]', () => {
    const { vkey, report } = readJson('bundle/expected.json')
    const judged = verifyBundle(read('bundle/bundle.zip'), {
      crypto: nodeCrypto,
      pinnedVkeys: [String(vkey)],
    })
    expect(judged).toEqual(report)
    expect(judged.ok).toBe(true)
  })

  it('give the published hashes, commitments and statement of a run [REC-8]', async () => {
    const sample = sampleRun({ absent: { policy: 'withheld', command: 'erased' } })
    const { parts, ...computed } = await runVector(sample)
    const { parts: published, ...expected } = readJson('bundle/events.json')
    // The signing key is new in every run and enters no event of it, so all of this is fixed.
    expect(JSON.parse(JSON.stringify(computed))).toEqual(expected)
    expect(JSON.parse(JSON.stringify(parts))).toEqual(published)
  })
})
