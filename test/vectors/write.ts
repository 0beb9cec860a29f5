import { writeFileSync } from 'node:fs'
import { buildBundle } from '../../src/answering/evidence/index.ts'
import { nodeCrypto } from '../../src/recording/node-crypto/index.ts'
import { verifyBundle } from '../../src/recording/verify/index.ts'
import { runVector } from './run-vector.ts'
import { sampleRun } from './sample-run.ts'

/**
 * Writes the vectors of a run and its bundle anew: `node test/vectors/write.ts`. Only for a change of format; other
 * implementations rely on the files as they are.
 */
const sample = sampleRun({ absent: { policy: 'withheld', command: 'erased' } })
const bundle = await buildBundle(sample.source, sample.run)
const report = verifyBundle(bundle, { crypto: nodeCrypto, pinnedVkeys: [sample.log.vkey] })

write('bundle/bundle.zip', bundle)
write('bundle/expected.json', json({ vkey: sample.log.vkey, report }))
write('bundle/events.json', json(await runVector(sample)))

function write(path: string, contents: Uint8Array | string): void {
  writeFileSync(new URL(path, import.meta.url), contents)
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}
