import { canonicalJson, sha256Hex } from '../../kernel/index.ts'
import {
  type Files,
  formatEnvelope,
  MANIFEST_PAYLOAD,
  PATHS,
  preAuthEncoding,
} from '../../recording/verify/index.ts'
import type { GatheredRun } from './gathered-run.ts'
import type { ManifestSigner } from './source.ts'

/** The manifest over all other files, and its signature: nothing can be added, taken away or changed unnoticed. */
export async function manifestFiles(
  gathered: GatheredRun,
  files: Files,
  signer: ManifestSigner,
): Promise<Files> {
  const payload = new TextEncoder().encode(canonicalJson(manifest(gathered, files)))
  const sig = await signer.sign(preAuthEncoding(MANIFEST_PAYLOAD, payload))
  const signatures = [{ keyid: signer.keyId, sig }]
  const envelope = formatEnvelope({ payloadType: MANIFEST_PAYLOAD, payload, signatures })
  return new Map([
    [PATHS.manifest, payload],
    [PATHS.manifestEnvelope, new TextEncoder().encode(`${envelope}\n`)],
  ])
}

function manifest({ run, entries, statements, parts }: GatheredRun, files: Files) {
  const inState = (state: string) => parts.filter((part) => part.state === state).length
  return {
    v: 1,
    run,
    files: [...files.keys()].sort().map((name) => {
      const bytes = files.get(name) ?? new Uint8Array()
      return { name, bytes: bytes.length, sha256: sha256Hex(bytes) }
    }),
    counts: {
      // With the manifest and its signature.
      files: files.size + 2,
      events: entries.length,
      statements: statements.length,
      parts: parts.length,
      disclosed: inState('disclosed'),
      withheld: inState('withheld'),
      erased: inState('erased'),
    },
  }
}
