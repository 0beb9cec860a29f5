import { readTextIfThere, writeDurably } from '../../storage/index.ts'
import { nodeCrypto } from '../node-crypto/index.ts'
import { parseCheckpoint, parseNote, verifyCosignatures, type WitnessPolicy } from '../verify/index.ts'

/** When the witnesses agreed last, and on what. */
export interface Quorum {
  /** The signed checkpoint with their cosignatures. */
  readonly note: string
  readonly size: number
  /** By this machine's clock; what witnesses say of the time is theirs. */
  readonly atMs: number
}

/** Keeps the last quorum, so that a restart neither forgets its age nor asks again for what is there. */
export class QuorumMemory {
  readonly #path: string
  readonly #policy: WitnessPolicy
  #queue: Promise<unknown> = Promise.resolve()

  constructor(path: string, policy: WitnessPolicy) {
    this.#path = path
    this.#policy = policy
  }

  /** The quorum that is remembered; undefined when there is none, or none under the present policy. */
  async read(): Promise<Quorum | undefined> {
    const [, at = '', note = ''] =
      /^(\d{1,15})\n([\s\S]+)$/.exec((await readTextIfThere(this.#path)) ?? '') ?? []
    return this.quorumOf(note, Number(at))
  }

  /** The quorum on a note, when there is one. */
  quorumOf(noteText: string, atMs: number): Quorum | undefined {
    const note = parseNote(noteText)
    const checkpoint = note && parseCheckpoint(note.text)
    if (note === undefined || checkpoint === undefined) return undefined
    const keys = this.#policy.witnesses.map(({ key }) => key)
    const cosignatures = verifyCosignatures(nodeCrypto, note, keys)
    return this.#policy.hasQuorum(cosignatures) ? { note: noteText, size: checkpoint.size, atMs } : undefined
  }

  /** Durable when it returns. */
  keep({ note, atMs }: Quorum): Promise<void> {
    const kept = this.#queue.then(() => writeDurably(this.#path, `${atMs}\n${note}`))
    this.#queue = kept.catch(() => undefined)
    return kept
  }
}
