import { PATHS, writeZip } from '../../recording/verify/index.ts'
import { evidenceFailures } from './failures.ts'
import { gatherRun } from './gathered-run.ts'
import { manifestFiles } from './manifest-files.ts'
import { partFiles } from './part-files.ts'
import { proofFiles } from './proof-files.ts'
import { readme } from './readme.ts'
import { reportPage } from './report/page.ts'
import type { EvidenceSource } from './source.ts'

/** What `verifyBundle` accepts; more would be written and never verified. */
const MAX_BUNDLE_BYTES = 2 ** 30
const MAX_BUNDLE_FILES = 65_534

/**
 * The evidence of one ended run as the bytes of a zip (layout: docs/record-format.md). The same entries, parts,
 * checkpoint and signatures give the same bytes. Rejects with `evidence.*` rather than make a bundle that would not
 * verify; nothing is recorded by it.
 */
export async function buildBundle(source: EvidenceSource, run: string): Promise<Uint8Array> {
  const gathered = await gatherRun(source, run)
  const files = new Map([...partFiles(gathered), ...proofFiles(gathered)])
  files.set(PATHS.readme, new TextEncoder().encode(readme(gathered)))
  files.set(PATHS.page, new TextEncoder().encode(reportPage(gathered)))
  for (const [name, bytes] of await manifestFiles(gathered, files, source.signer)) files.set(name, bytes)
  const bytes = [...files.values()].reduce((sum, { length }) => sum + length, 0)
  // Room for the names, which stand twice in a zip.
  if (files.size > MAX_BUNDLE_FILES || bytes + files.size * 600 > MAX_BUNDLE_BYTES) {
    throw evidenceFailures.create('too-large', `${run} does not fit into one bundle; withhold its parts.`)
  }
  return writeZip(files)
}
