import {
  COMMITMENT_DOMAIN,
  integerAt,
  type JsonObject,
  parseEvent,
  parseJsonObject,
  type RecordedEvent,
  stringAt,
} from '../../record/index.ts'
import { isCanonical } from '../canonical.ts'
import { fromHex, fromUtf8, toHex, utf8 } from '../encoding.ts'
import { type HeadTrust, readSignedHead } from '../log/signed-head.ts'
import { createMerkle } from '../merkle.ts'
import { parseTlogProof, type TlogProof } from '../tlog-proof.ts'

export interface PartReport {
  readonly ok: boolean
  /** The event that committed to the part, as far as it can be read. */
  readonly event?: string
  readonly name?: string
  readonly run?: string
  /** Index of its entry. */
  readonly entry?: number
  /** Each is one sentence; empty when everything holds. */
  readonly problems: readonly string[]
}

/** Far more than the proof of one part takes: an entry, a path and a checkpoint. */
const MAX_PART_PROOF_BYTES = 2_000_000

/**
 * Judges one disclosed part from its body and its proof (docs/record-format.md): that the body is what the event committed
 * to, and that the event is in the log. Never throws, whoever made them.
 */
export function verifyPart(body: Uint8Array, proof: Uint8Array, trust: HeadTrust): PartReport {
  const text = proof.length > MAX_PART_PROOF_BYTES ? undefined : fromUtf8(proof)
  const stated = text === undefined ? undefined : parseJsonObject(text)
  if (stated === undefined || integerAt(stated, 'v') !== 1)
    return { ok: false, problems: ['The proof is not the proof of a part.'] }
  const entry = stringAt(stated, 'entry') ?? ''
  const event = isCanonical(entry) ? parseEvent(entry) : undefined
  if (event === undefined) return { ok: false, problems: ['The proof holds no event.'] }
  const inclusion = parseTlogProof(stringAt(stated, 'proof') ?? '')
  const problems = [
    ...bodyProblems({ body, stated, event }, trust),
    ...inclusionProblems(utf8(entry), inclusion, trust),
  ]
  const { id, run } = event
  return {
    ok: problems.length === 0,
    event: id,
    name: stringAt(stated, 'name') ?? '',
    ...(run === undefined ? {} : { run }),
    ...(inclusion === undefined ? {} : { entry: inclusion.index }),
    problems,
  }
}

interface Stated {
  readonly body: Uint8Array
  readonly stated: JsonObject
  readonly event: RecordedEvent
}

function bodyProblems({ body, stated, event }: Stated, { crypto }: HeadTrust): readonly string[] {
  const name = stringAt(stated, 'name') ?? ''
  const parts = event.parts ?? {}
  const committed = Object.hasOwn(parts, name) ? parts[name] : undefined
  if (stringAt(stated, 'event') !== event.id || committed === undefined)
    return ['The event in the proof has no such part.']
  const salt = fromHex(stringAt(stated, 'salt') ?? '') ?? new Uint8Array()
  const commitment = toHex(crypto.hmacSha256(salt, utf8(COMMITMENT_DOMAIN), body))
  const matches =
    committed.alg === 'hmac-sha256' && committed.commitment === commitment && committed.bytes === body.length
  return matches ? [] : ['The body is not what the event committed to.']
}

function inclusionProblems(
  entry: Uint8Array,
  proof: TlogProof | undefined,
  trust: HeadTrust,
): readonly string[] {
  if (proof === undefined) return ['The proof of inclusion is malformed.']
  const head = readSignedHead(utf8(proof.checkpoint), { ...trust, name: 'The checkpoint' })
  if (head.checkpoint === undefined || head.problems.length > 0)
    return head.problems.map((problem) => `${problem}.`)
  const merkle = createMerkle(trust.crypto.sha256)
  const { size, root } = head.checkpoint
  const claim = { index: proof.index, size, root, leafHash: merkle.leafHash(entry), proof: proof.hashes }
  return merkle.verifyInclusion(claim) ? [] : ['The event is not proven to be in the log.']
}
