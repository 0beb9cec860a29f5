import type { UnitOutcome } from '../append.ts'
import type { PreparedUnit } from './prepared-unit.ts'

/** Makes units durable, in the order in which they are sent. */
export interface Writer {
  send(units: readonly PreparedUnit[]): void
  /** Resolves when everything that was sent is settled and the writer has ended. */
  close(): Promise<void>
}

/** What a writer tells: the outcome of each unit in order, or that it has broken and settles nothing any more. */
export interface WriterEvents {
  settled(outcomes: readonly UnitOutcome[]): void
  broken(detail: string): void
}
