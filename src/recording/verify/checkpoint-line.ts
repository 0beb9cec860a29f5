import { parseCheckpoint } from './checkpoint.ts'
import { concat, fromBase64, toBase64 } from './encoding.ts'
import { type NoteSignature, parseNote, signedNote } from './note.ts'

const MARK = 'custody-checkpoint'
const LINE = new RegExp(
  `${MARK} (?<origin>[^\\s+]+) (?<size>[0-9]{1,16}) (?<root>[A-Za-z0-9+/]{43}=)(?<lines>(?: [^\\s+=]+=[A-Za-z0-9+/]+=*)+)`,
  'u',
)
/** Longer lines are not ours, whatever they begin with. */
const MAX_LINE_CHARS = 65_536

/**
 * A signed checkpoint as one line for a job's log: mark, origin, size, root and the signatures as `name=base64`. Nothing
 * is lost: `findCheckpointLine` gives the same note. Undefined when the note is no checkpoint without extension lines.
 */
export function checkpointLine(noteText: string): string | undefined {
  const note = parseNote(noteText)
  const checkpoint = note && parseCheckpoint(note.text)
  if (note === undefined || checkpoint === undefined) return undefined
  const signatures = note.signatures.map(
    ({ name, keyId, signature }) => `${name}=${toBase64(concat(keyId, signature))}`,
  )
  const { origin, size, root } = checkpoint
  const line = [MARK, origin, String(size), toBase64(root), ...signatures].join(' ')
  return findCheckpointLine(line) === noteText ? line : undefined
}

/** The signed note in the first checkpoint line of a text, whatever stands before it in its line; undefined without one. */
export function findCheckpointLine(text: string): string | undefined {
  for (const line of text.split('\n')) {
    const at = line.length > MAX_LINE_CHARS ? -1 : line.indexOf(`${MARK} `)
    const note = at < 0 ? undefined : readLine(line.slice(at))
    if (note !== undefined) return note
  }
  return undefined
}

function readLine(line: string): string | undefined {
  const { origin, size, root, lines = '' } = LINE.exec(line)?.groups ?? {}
  if (origin === undefined) return undefined
  const signatures = lines.trim().split(' ').map(readSignature)
  const known = signatures.filter((signature) => signature !== undefined)
  if (known.length !== signatures.length) return undefined
  const note = signedNote(`${origin}\n${size}\n${root}\n`, known)
  return parseCheckpoint(parseNote(note)?.text ?? '') === undefined ? undefined : note
}

function readSignature(word: string): NoteSignature | undefined {
  const split = word.indexOf('=')
  const bytes = fromBase64(word.slice(split + 1))
  if (bytes === undefined || bytes.length < 5) return undefined
  return { name: word.slice(0, split), keyId: bytes.subarray(0, 4), signature: bytes.subarray(4) }
}
