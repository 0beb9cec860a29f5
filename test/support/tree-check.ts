import { nodeCrypto } from '../../src/recording/node-crypto/index.ts'
import {
  createMerkle,
  parseCheckpoint,
  parseNote,
  parseVkey,
  verifyNote,
} from '../../src/recording/verify/index.ts'

const merkle = createMerkle(nodeCrypto.sha256)

/** True when the note is signed by the log and its tree is that of the first entries in `bodies`. */
export function checkpointHolds(noteText: string, vkey: string, bodies: readonly Uint8Array[]): boolean {
  const note = parseNote(noteText)
  const key = parseVkey(nodeCrypto.sha256, vkey)
  const checkpoint = note === undefined ? undefined : parseCheckpoint(note.text)
  if (note === undefined || checkpoint === undefined || key === undefined) return false
  if (verifyNote(nodeCrypto, note, [key]).length === 0 || checkpoint.size > bodies.length) return false
  const hashes = bodies.slice(0, checkpoint.size).map((body) => merkle.leafHash(body))
  return Buffer.from(merkle.rootOfHashes(hashes)).equals(checkpoint.root)
}
