import type { Id } from '../../kernel/index.ts'
import type { Pieces, WrapKey } from '../vault/index.ts'

/** What the server keeps in memory of a run that is open. */
export interface OpenRun {
  readonly id: Id<'run'>
  readonly sponsor: Id<'per'>
  readonly agent: Id<'agt'>
  readonly workflow: string
  readonly openedAtMs: number
  readonly pieces: Pieces
  /** What its parts are wrapped by: the key of its retention class and month. */
  readonly key: WrapKey
  /** When its recorder was last heard of, on the monotonic clock. */
  lastHeardMs: number
}
