import { type Clock, equalBytes } from '../../kernel/index.ts'
import { type Disk, systemDisk } from '../../storage/index.ts'
import { nodeCrypto } from '../node-crypto/index.ts'
import {
  type Checkpoint,
  cosignatureLine,
  cosignatureMessage,
  createMerkle,
  type Note,
  parseCheckpoint,
  parseNote,
  signedNote,
  type Vkey,
  verifyNote,
  withSignatures,
} from '../verify/index.ts'
import { type AddCheckpoint, parseAddCheckpoint, SIZE_TYPE } from './add-checkpoint.ts'
import type { WitnessSigner } from './witness-key.ts'
import { WitnessedLogs } from './witnessed-logs.ts'

export interface WitnessOptions {
  readonly signer: WitnessSigner
  /** The keys of the logs it watches; a log in the course of a rotation has two. */
  readonly logs: readonly Vkey[]
  /** Where it remembers what it cosigned. One process per directory. */
  readonly directory: string
  readonly clock: Clock
  readonly disk?: Disk
}

/** What the protocol answers. */
export interface WitnessAnswer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422 | 503
  readonly type: string
  readonly body: string
}

const TEXT = 'text/plain; charset=utf-8'
const merkle = createMerkle(nodeCrypto.sha256)

/**
 * Cosigns checkpoints of other logs (C2SP tlog-witness): only one that continues what it cosigned of the log before, and only
 * when that is on disk. It never cosigns two checkpoints that disagree, whatever it is sent and however it dies.
 */
export class Witness {
  readonly #options: WitnessOptions
  readonly #memory: WitnessedLogs
  #queue: Promise<unknown> = Promise.resolve()
  #isStopped = false

  private constructor(options: WitnessOptions, memory: WitnessedLogs) {
    this.#options = options
    this.#memory = memory
  }

  /** Throws `witness.state-damaged` rather than forget what it cosigned. */
  static async open(options: WitnessOptions): Promise<Witness> {
    const origins = [...new Set(options.logs.map(({ name }) => name))]
    const memory = await WitnessedLogs.open(options.disk ?? systemDisk, options.directory, origins)
    return new Witness(options, memory)
  }

  /** Answers one request; requests are answered in the order they came. */
  addCheckpoint(body: string): Promise<WitnessAnswer> {
    const answer = this.#queue.then(() => this.#answer(body))
    this.#queue = answer
    return answer
  }

  /** The last cosigned checkpoint of a log, named by the hex SHA-256 of its origin. */
  latest(originHash: string): string | undefined {
    return this.#memory.noteOf(originHash)
  }

  async #answer(body: string): Promise<WitnessAnswer> {
    const request = parseAddCheckpoint(body)
    const note = request && parseNote(request.checkpoint)
    const checkpoint = note && parseCheckpoint(note.text)
    if (request === undefined || note === undefined || checkpoint === undefined) {
      return refuse(400, 'this is no request of the protocol')
    }
    const vkeys = this.#options.logs.filter(({ name }) => name === checkpoint.origin)
    const refusal = this.#refusal(request, { note, checkpoint, vkeys })
    return refusal ?? (await this.#cosign({ note, checkpoint, vkeys }))
  }

  #refusal(
    { oldSize, proof }: AddCheckpoint,
    { note, checkpoint, vkeys }: Submitted,
  ): WitnessAnswer | undefined {
    const { origin, size, root } = checkpoint
    if (vkeys.length === 0) return refuse(404, 'this witness does not watch that log')
    if (verifyNote(nodeCrypto, note, vkeys).length === 0) return refuse(403, 'no good signature of the log')
    if (oldSize > size) return refuse(400, 'the old size is beyond the checkpoint')
    const last = this.#memory.last(origin) ?? EMPTY
    if (oldSize !== last.size) return conflict(last.size)
    if (size === last.size && !Buffer.from(root).equals(last.root)) return conflict(last.size)
    const claim = { oldSize, newSize: size, proof, oldRoot: last.root, newRoot: root }
    return merkle.verifyConsistency(claim) ? undefined : refuse(422, 'the proof does not hold')
  }

  async #cosign({ note, checkpoint, vkeys }: Submitted): Promise<WitnessAnswer> {
    const { signer, clock } = this.#options
    const time = Math.floor(clock.now() / 1000)
    const signature = signer.sign(cosignatureMessage(note.text, time))
    const line = cosignatureLine(signer.key, { time, signature })
    // Lines of strangers are nobody's business here, and may be many.
    const ofLog = note.signatures.filter((one) => vkeys.some((vkey) => equalBytes(vkey.keyId, one.keyId)))
    const isNew = this.#memory.last(checkpoint.origin)?.size !== checkpoint.size
    if (isNew && !(await this.#remember(checkpoint, signedNote(note.text, [...ofLog, line])))) {
      return refuse(503, 'this witness cannot remember anything any more')
    }
    return { status: 200, type: TEXT, body: withSignatures('', [line]) }
  }

  /** False for good after the first failure: nobody knows then what is on disk. */
  async #remember(checkpoint: Checkpoint, note: string): Promise<boolean> {
    if (this.#isStopped) return false
    try {
      await this.#memory.keep(checkpoint, note)
      return true
    } catch {
      this.#isStopped = true
      return false
    }
  }
}

interface Submitted {
  readonly note: Note
  readonly checkpoint: Checkpoint
  /** Those that this witness knows of the log. */
  readonly vkeys: readonly Vkey[]
}

const EMPTY = { size: 0, root: merkle.rootOfHashes([]) }

function refuse(status: Exclude<WitnessAnswer['status'], 200>, reason: string): WitnessAnswer {
  return { status, type: TEXT, body: `${reason}\n` }
}

function conflict(size: number): WitnessAnswer {
  return { status: 409, type: SIZE_TYPE, body: `${size}\n` }
}
