import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Counter, Gauge, Registry } from 'prom-client'
import type { Clock } from '../kernel/index.ts'
import type { Ledger, LogPublisher } from '../recording/ledger/index.ts'
import type { Runs } from '../recording/runs/index.ts'
import type { Attesting } from './attesting.ts'
import type { DataDirectory } from './data-directory.ts'
import type { LogWitnesses } from './log-witnesses.ts'

export interface Measured {
  readonly directory: DataDirectory
  readonly ledger: Ledger
  readonly publisher: LogPublisher
  readonly witnesses: LogWitnesses
  readonly attesting: Attesting
  readonly runs: Runs
  readonly clock: Clock
}

/** One figure: what it means, and how it is read; undefined where there is nothing to measure. */
interface Measure {
  readonly name: string
  readonly help: string
  read(measured: Measured): number | undefined | Promise<number | undefined>
}

/** Every figure of a server (docs/metrics.md). None has a label: ids and names have no place in a metric. */
export const MEASURES: readonly Measure[] = [
  {
    name: 'custody_ledger_entries',
    help: 'Entries that are durable.',
    read: ({ ledger }) => ledger.size(),
  },
  {
    name: 'custody_ledger_signed_entries',
    help: 'Entries that the last signed checkpoint covers.',
    read: ({ ledger }) => ledger.signedSize ?? 0,
  },
  {
    name: 'custody_ledger_waiting_appends',
    help: 'Appends that are not durable yet.',
    read: ({ ledger }) => ledger.waiting,
  },
  {
    name: 'custody_ledger_healthy',
    help: '1 while the ledger records; 0 once it has stopped and every call is refused.',
    read: ({ ledger }) => Number(ledger.healthy),
  },
  {
    name: 'custody_checkpoint_age_seconds',
    help: 'Since the last checkpoint was signed; absent where checkpoints are kept in the database.',
    read: ({ directory, clock }) => ageOf(join(directory.journal, 'checkpoints'), clock),
  },
  {
    name: 'custody_log_published_entries',
    help: 'Entries that the visible checkpoint covers.',
    read: ({ publisher }) => publisher.state.size ?? 0,
  },
  {
    name: 'custody_log_published_age_seconds',
    help: 'Since the visible checkpoint was written.',
    read: ({ directory, clock }) => ageOf(join(directory.log, 'checkpoint'), clock),
  },
  {
    name: 'custody_log_publishing',
    help: '1 while the published log is kept up; 0 while it is not, which /readyz explains.',
    read: ({ publisher }) => Number(publisher.state.status === 'ok'),
  },
  {
    name: 'custody_records_unsigned',
    help: 'Execution records that wait for a signature.',
    read: ({ attesting }) => attesting.waiting,
  },
  {
    name: 'custody_witness_quorum_age_seconds',
    help: 'Since a quorum of witnesses has cosigned the log; +Inf when none ever has. Absent without witnesses.',
    read: ({ witnesses: { state } }) => state && (state.lastQuorum?.ageMs ?? Number.POSITIVE_INFINITY) / 1000,
  },
  {
    name: 'custody_witness_quorum_late',
    help: '1 when that is longer than witness.alertAfter. Absent without witnesses.',
    read: ({ witnesses: { state } }) => state && Number(state.isLate),
  },
  {
    name: 'custody_witnesses_failing',
    help: 'Witnesses that do not cosign at present. Absent without witnesses.',
    read: ({ witnesses: { state } }) =>
      state?.witnesses.filter(({ problem }) => problem !== undefined).length,
  },
  {
    name: 'custody_witnesses_contradicting',
    help: 'Witnesses that have cosigned what this log does not hold: a fork, or an older copy. Absent without witnesses.',
    read: ({ witnesses: { state } }) => state?.witnesses.filter(({ contradicts }) => contradicts).length,
  },
  {
    name: 'custody_runs_open',
    help: 'Runs that are open on this server.',
    read: ({ runs }) => runs.openCount,
  },
  {
    name: 'process_resident_memory_bytes',
    help: 'Memory of the process.',
    read: () => process.memoryUsage.rss(),
  },
  {
    name: 'process_start_time_seconds',
    help: 'When the process started, in seconds since 1970.',
    read: ({ clock }) => clock.now() / 1000 - process.uptime(),
  },
]

const CPU_SECONDS = 'process_cpu_seconds_total'
const MICROSECONDS = 1e6

/** The figures of one server, in a registry of its own. */
export class Metrics {
  readonly type: string
  readonly #registry = new Registry()

  constructor(measured: Measured) {
    this.type = this.#registry.contentType
    for (const { name, help, read } of MEASURES) {
      new Gauge({
        ...{ name, help, registers: [this.#registry] },
        async collect() {
          const value = await read(measured)
          if (value === undefined) this.remove()
          else this.set(value)
        },
      })
    }
    new Counter({
      ...{ name: CPU_SECONDS, help: 'Processor time of the process.', registers: [this.#registry] },
      collect() {
        const { user, system } = process.cpuUsage()
        this.reset()
        this.inc((user + system) / MICROSECONDS)
      },
    })
  }

  /** In the text format that Prometheus reads. */
  text(): Promise<string> {
    return this.#registry.metrics()
  }
}

async function ageOf(path: string, clock: Clock): Promise<number | undefined> {
  const found = await stat(path).catch(() => undefined)
  return found && Math.max(0, (clock.now() - found.mtimeMs) / 1000)
}
