export { attestationEntry } from './attestation-entry.ts'
export { erasurePaths, keyChangePaths, keyPaths, MANIFEST_PAYLOAD, PATHS } from './bundle/paths.ts'
export type {
  BundleCounts,
  BundleReport,
  Check,
  CheckName,
} from './bundle/report.ts'
export { type VerifyBundleOptions, verifyBundle } from './bundle/verify-bundle.ts'
export { type Checkpoint, checkpointText, parseCheckpoint, parseDecimal } from './checkpoint.ts'
export { checkpointLine, findCheckpointLine } from './checkpoint-line.ts'
export {
  type Cosignature,
  cosignatureLine,
  cosignatureMessage,
  formatWitnessVkey,
  verifyCosignatures,
  type WitnessKey,
  witnessKey,
} from './cosignature.ts'
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
  endorsementMessage,
  type KeyEntry,
  type KeySpan,
  keyOfVkey,
  logKeySpan,
  logKeysAt,
  readKeyEntry,
  statementKeySpan,
} from './key-history.ts'
export { decodeBundle, encodeBundle, MAX_BUNDLE_BYTES } from './log/entry-bundle.ts'
export {
  type Found,
  type Listed,
  type LogFiles,
  readHashTile,
  type Unread,
} from './log/log-files.ts'
export type { LogCheckName, LogReport } from './log/log-report.ts'
export {
  type HeadTrust,
  MAX_CHECKPOINT_BYTES,
  readSignedHead,
  type SignedHead,
  signatureProblem,
} from './log/signed-head.ts'
export {
  parseTilePath,
  standingOf,
  TILE_WIDTH,
  type Tile,
  type TileLevel,
  tileLevels,
  tilePath,
} from './log/tile-layout.ts'
export { type HashTile, TileTree } from './log/tile-tree.ts'
export { type VerifyLogOptions, verifyLog } from './log/verify-log.ts'
export {
  type ConsistencyClaim,
  createMerkle,
  type InclusionClaim,
  type Merkle,
} from './merkle.ts'
export {
  ed25519KeyId,
  formatVkey,
  isKeyName,
  logId,
  type Note,
  type NoteSignature,
  parseNote,
  parseSignatureLines,
  parseVkey,
  signedNote,
  type Vkey,
  verifyNote,
  withSignatures,
} from './note.ts'
export { type PartReport, verifyPart } from './part/verify-part.ts'
export { consistencyPath, inclusionPath, type RangeHash, rangeHash } from './proof-path.ts'
export { type LoggedStatement, sigstoreBundle } from './sigstore-bundle.ts'
export { ed25519Spki, toPem } from './spki.ts'
export { formatTlogProof, type TlogProof } from './tlog-proof.ts'
export {
  type ParsedPolicy,
  type PolicyProblem,
  type PolicyWitness,
  parseWitnessPolicy,
  type WitnessPolicy,
} from './witness-policy.ts'
export { type Files, writeZip } from './zip-layout.ts'
export { type ReadZip, readZip } from './zip-reader.ts'
