import { canonicalJson, sha256 } from '../../src/kernel/index.ts'
import { buildExecutionRecord } from '../../src/recording/record/index.ts'
import { createMerkle, toHex } from '../../src/recording/verify/index.ts'
import { rootHex } from '../support/memory-log.ts'
import type { SampleRun } from './sample-run.ts'

/** What another implementation must compute from the sample run: hashes, root, commitments and statement. */
export async function runVector({ source, run, events }: SampleRun) {
  const entries = (await source.entriesOfRun(run)).map(({ bytes }) => bytes)
  const merkle = createMerkle(sha256)
  const root = rootHex(entries)
  return {
    entries: entries.map((bytes) => ({
      text: Buffer.from(bytes).toString(),
      leafHash: toHex(merkle.leafHash(bytes)),
    })),
    closing: { count: entries.length - 1, root: rootHex(entries.slice(0, -1)) },
    root,
    parts: (await source.partsOf(events)).map((part) =>
      part.state === 'disclosed'
        ? { ...part, body: Buffer.from(part.body).toString(), salt: toHex(part.salt) }
        : part,
    ),
    payload: canonicalJson(buildExecutionRecord({ events, root })),
  }
}
