import { boundedPost } from '../../kernel/index.ts'
import { nodeCrypto } from '../node-crypto/index.ts'
import {
  type Cosignature,
  type Note,
  type PolicyWitness,
  parseDecimal,
  parseNote,
  parseSignatureLines,
  verifyCosignatures,
} from '../verify/index.ts'
import { type AddCheckpoint, formatAddCheckpoint, SIZE_TYPE } from './add-checkpoint.ts'

/** What a witness made of a checkpoint. A reason is for a person and quotes nothing the witness sent. */
export type WitnessReply =
  | { readonly kind: 'cosigned'; readonly cosignature: Cosignature }
  /** It has seen so many entries already, and wants the proof from there. */
  | { readonly kind: 'at-size'; readonly size: number }
  /** It says that this log contradicts what it has seen: a fork, or its own fault. */
  | { readonly kind: 'contradicted'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string }

export interface AskOptions {
  readonly timeoutMs: number
  /** Seconds since 1970, now. */
  readonly now: number
}

const MAX_ANSWER_BYTES = 16_384
/** A witness whose clock is further off, or that repeats what it said long ago, says nothing about now. */
const TOLERANCE_SECONDS = 300

/** Asks one witness to cosign; believes only what its key has signed, for this checkpoint, at about this time. */
export async function askWitness(
  { key, url = '' }: PolicyWitness,
  request: AddCheckpoint,
  { timeoutMs, now }: AskOptions,
): Promise<WitnessReply> {
  const answer = await boundedPost(`${url.replace(/\/+$/, '')}/add-checkpoint`, {
    body: formatAddCheckpoint(request),
    timeoutMs,
    maxBytes: MAX_ANSWER_BYTES,
  })
  if (!answer.ok) return failed(SILENCES[answer.reason])
  const body = Buffer.from(answer.body).toString()
  if (answer.status === 200) {
    const lines = parseSignatureLines(body)
    const text = parseNote(request.checkpoint)?.text ?? ''
    return lines === undefined
      ? failed('it answered something that is no cosignature')
      : judged({ text, signatures: lines }, { key, now })
  }
  if (answer.status === 409 && answer.type.startsWith(SIZE_TYPE)) return atSize(body)
  if (answer.status === 422) return { kind: 'contradicted', reason: 'it says that the proof does not hold' }
  return failed(REFUSALS[answer.status] ?? `it answered ${answer.status}`)
}

function judged(note: Note, { key, now }: { readonly key: PolicyWitness['key']; readonly now: number }) {
  const [cosignature] = verifyCosignatures(nodeCrypto, note, [key])
  if (cosignature === undefined) return failed('its answer holds no good cosignature of its key')
  const offBy = cosignature.time - now
  if (Math.abs(offBy) <= TOLERANCE_SECONDS) return { kind: 'cosigned', cosignature } as const
  return failed(`its cosignature is of a time ${Math.abs(offBy)} s ${offBy < 0 ? 'ago' : 'ahead'}`)
}

function atSize(body: string): WitnessReply {
  const size = body.endsWith('\n') ? parseDecimal(body.slice(0, -1)) : undefined
  return size === undefined ? failed('it answered a size that is none') : { kind: 'at-size', size }
}

const SILENCES = {
  unreachable: 'it cannot be reached',
  'timed-out': 'it does not answer in time',
  'too-large': 'its answer is larger than any cosignature',
} as const

const REFUSALS: Readonly<Record<number, string>> = {
  400: 'it does not understand the request',
  403: "it knows this log by another key; give it this ledger's vkey",
  404: 'it does not watch this log; give it the vkey of this ledger',
}

function failed(reason: string): WitnessReply {
  return { kind: 'failed', reason }
}
