import { access } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Clock } from '../kernel/index.ts'
import type { Ledger, LogPublisher } from '../recording/ledger/index.ts'
import type { Vkey } from '../recording/verify/index.ts'
import {
  readWitnessPolicy,
  Witnessing,
  type WitnessingState,
  witnessFailures,
} from '../recording/witness/index.ts'
import { DEFAULT_WITNESS_POLICY } from './config/index.ts'
import type { DataDirectory } from './data-directory.ts'
import { logLine } from './log-line.ts'

export interface WitnessSettings {
  /** The policy file, relative to the data directory. The usual one may be absent: then there are no witnesses. */
  readonly policy: string
  readonly heartbeatMs: number
  readonly alertAfterMs: number
}

interface Deps {
  readonly directory: DataDirectory
  readonly settings: WitnessSettings | undefined
  readonly ledger: Ledger
  readonly vkey: Vkey
  readonly clock: Clock
  report(line: string): void
}

const TIMEOUT_MS = 5_000
/** How long a checkpoint is kept back so that it is cosigned when it is shown. */
const PATIENCE_MS = 2_000

/** The witnesses of this server's log, if it has any. Recording never waits for them. */
export class LogWitnesses {
  readonly #witnessing: Witnessing | undefined
  readonly #deps: Deps
  #shown: string | undefined
  #isWaitedFor = true
  #isTicking = false

  private constructor(deps: Deps, witnessing: Witnessing | undefined) {
    this.#deps = deps
    this.#witnessing = witnessing
  }

  /** Reads the policy; throws `witness.policy-*` when it is there and not one for this log. */
  static async open(deps: Deps): Promise<LogWitnesses> {
    const { directory, settings, ledger, vkey, clock, report } = deps
    const path = settings && resolve(directory.root, settings.policy)
    if (path === undefined || settings === undefined) return new LogWitnesses(deps, undefined)
    if (settings.policy === DEFAULT_WITNESS_POLICY && !(await isThere(path))) {
      return new LogWitnesses(deps, undefined)
    }
    const policy = await readWitnessPolicy(path)
    if (policy.logs.length > 0 && !policy.logs.some((log) => log.vkey.name === vkey.name)) {
      const message = `${path} names logs, and ${vkey.name} is not among them; add its key, or remove the log lines.`
      throw witnessFailures.create('policy-without-log', message)
    }
    const { heartbeatMs, alertAfterMs } = settings
    const memoryPath = join(directory.journal, 'witnessed')
    const patience = { heartbeatMs, alertAfterMs, timeoutMs: TIMEOUT_MS }
    const witnessing = await Witnessing.open({ policy, log: ledger, memoryPath, clock, report, ...patience })
    return new LogWitnesses(deps, witnessing)
  }

  /** Undefined when the server has no witnesses. */
  get state(): WitnessingState | undefined {
    return this.#witnessing?.state
  }

  /** The checkpoint with the cosignatures of a quorum, or as it is when they do not come soon. */
  async cosigned(note: string): Promise<string> {
    const found = await this.#witnessing?.cosigned(note, this.#isWaitedFor ? PATIENCE_MS : 0)
    // Once they were waited for in vain, they are not until they are back.
    this.#isWaitedFor = found === undefined || found !== note
    return found ?? note
  }

  /** Shows the witnesses what they have not seen, and everybody what they have cosigned late. Called each second; never rejects. */
  async tick(publisher: LogPublisher): Promise<void> {
    const witnessing = this.#witnessing
    if (witnessing === undefined || this.#isTicking) return
    this.#isTicking = true
    try {
      await this.#refresh(witnessing, publisher)
    } catch (error) {
      this.#deps.report(logLine('witnesses:', error))
    } finally {
      this.#isTicking = false
    }
    witnessing.complain()
  }

  /** Throws `witness.not-witnessed` unless a quorum has seen the log within so long; asks once more before it does. */
  async demand(withinMs: number): Promise<void> {
    const isFresh = await this.#witnessing?.isFresh(withinMs, () => this.#deps.ledger.checkpoint())
    if (isFresh === true) return
    const minutes = Math.round(withinMs / 60_000)
    const why =
      this.#witnessing === undefined
        ? 'this server has no witnesses; give it a policy (DIR/witness-policy.txt)'
        : `no quorum of witnesses has seen the log in the last ${minutes} minutes; "custody doctor" names those that fail`
    throw witnessFailures.create('not-witnessed', `The workflow demands witnesses, and ${why}.`)
  }

  async #refresh(witnessing: Witnessing, publisher: LogPublisher): Promise<void> {
    const { size } = publisher.state
    if (size === undefined || publisher.state.status === 'stopped') return
    const note = await this.#deps.ledger.checkpoint(size)
    if (witnessing.needs(note)) await witnessing.cosigned(note, TIMEOUT_MS)
    const { quorum } = witnessing
    if (quorum === undefined || quorum === this.#shown) return
    this.#isWaitedFor = true
    await publisher.showAgain(quorum)
    this.#shown = quorum
  }
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
