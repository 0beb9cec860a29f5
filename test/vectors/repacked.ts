import { canonicalJson, sha256Hex } from '../../src/kernel/index.ts'
import { parseJsonObject } from '../../src/recording/record/index.ts'
import {
  formatEnvelope,
  MANIFEST_PAYLOAD,
  PATHS,
  preAuthEncoding,
  readZip,
  writeZip,
} from '../../src/recording/verify/index.ts'
import type { MemorySigner } from '../support/memory-log.ts'

/** The bundle with its files altered: a sound zip, whose manifest is still the old one. */
export function repacked(bundle: Uint8Array, alter: (files: Map<string, Uint8Array>) => void): Uint8Array {
  const zip = readZip(bundle)
  if (!zip.ok) throw new Error(zip.problem)
  const files = new Map(zip.files)
  alter(files)
  return writeZip(files)
}

/** The same by someone who holds the signing key: the manifest fits the altered files and is signed. */
export function resigned(
  bundle: Uint8Array,
  signer: MemorySigner,
  alter: (files: Map<string, Uint8Array>) => void,
): Uint8Array {
  return repacked(bundle, (files) => {
    alter(files)
    const manifest = parseJsonObject(Buffer.from(files.get(PATHS.manifest) ?? []).toString()) ?? {}
    files.delete(PATHS.manifest)
    files.delete(PATHS.manifestEnvelope)
    const rows = [...files].sort(([a], [b]) => (a < b ? -1 : 1))
    const counts = { ...(manifest.counts as object), files: files.size + 2 }
    const listed = rows.map(([name, bytes]) => ({ name, bytes: bytes.length, sha256: sha256Hex(bytes) }))
    const payload = Buffer.from(canonicalJson({ ...manifest, counts, files: listed }))
    const sig = signer.sign(preAuthEncoding(MANIFEST_PAYLOAD, payload))
    const signatures = [{ keyid: signer.keyId, sig }]
    files.set(PATHS.manifest, payload)
    files.set(
      PATHS.manifestEnvelope,
      Buffer.from(`${formatEnvelope({ payloadType: MANIFEST_PAYLOAD, payload, signatures })}\n`),
    )
  })
}

/** Rewrites one text file of the bundle. */
export function rewritten(
  path: string,
  rewrite: (text: string) => string,
): (files: Map<string, Uint8Array>) => void {
  return (files) => {
    files.set(path, Buffer.from(rewrite(Buffer.from(files.get(path) ?? []).toString())))
  }
}
