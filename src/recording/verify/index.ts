export { attestationEntry } from './attestation-entry.ts'
export { keyPaths, MANIFEST_PAYLOAD, PATHS } from './bundle/paths.ts'
export type {
  BundleCounts,
  BundleReport,
  Check,
  CheckName,
} from './bundle/report.ts'
export { type VerifyBundleOptions, verifyBundle } from './bundle/verify-bundle.ts'
export { type Checkpoint, checkpointText, parseCheckpoint } from './checkpoint.ts'
export type { VerifyCrypto } from './crypto.ts'
export {
  type Envelope,
  type EnvelopeSignature,
  formatEnvelope,
  IN_TOTO_PAYLOAD,
  parseEnvelope,
  preAuthEncoding,
} from './dsse.ts'
export { toHex } from './encoding.ts'
export { type CompletedSubtree, createFrontier, type Edge, type Frontier } from './frontier.ts'
export {
  type ConsistencyClaim,
  createMerkle,
  type InclusionClaim,
  type Merkle,
} from './merkle.ts'
export {
  ed25519KeyId,
  formatVkey,
  logId,
  type Note,
  type NoteSignature,
  parseNote,
  parseVkey,
  signedNote,
  type Vkey,
  verifyNote,
} from './note.ts'
export { inclusionPath, type RangeHash, rangeHash } from './proof-path.ts'
export { type LoggedStatement, sigstoreBundle } from './sigstore-bundle.ts'
export { ed25519Spki, toPem } from './spki.ts'
export { formatTlogProof, type TlogProof } from './tlog-proof.ts'
export { type Files, writeZip } from './zip-layout.ts'
export { type ReadZip, readZip } from './zip-reader.ts'
