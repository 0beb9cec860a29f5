import { parseTlogProof } from '../tlog-proof.ts'
import { type BundleContents, textOf } from './contents.ts'

/** The index of an entry that the proof file shows to be under the bundle's checkpoint; undefined otherwise. */
export function provenIndex(
  contents: BundleContents,
  entry: Uint8Array,
  proofPath: string,
): number | undefined {
  const { checkpoint, merkle } = contents
  const proof = parseTlogProof(textOf(contents.files, proofPath) ?? '')
  // One checkpoint for the whole bundle, so that all proofs speak of the same log.
  if (checkpoint === undefined || proof === undefined || proof.checkpoint !== checkpoint.text)
    return undefined
  const { size, root } = checkpoint
  const leafHash = merkle.leafHash(entry)
  const claim = { index: proof.index, size, root, leafHash, proof: proof.hashes }
  return merkle.verifyInclusion(claim) ? proof.index : undefined
}
