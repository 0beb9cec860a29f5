/** What goes wrong on purpose; each field alone is one fault, several combine. */
export interface Faults {
  /** How many of the first model calls are affected; all of them when absent. */
  readonly times?: number
  /** Answer with this status and the vendor's own error shape. */
  readonly status?: number
  readonly retryAfterSeconds?: number
  /** Answer with an HTML page, as a proxy in between would (status 502 unless `status` says otherwise). */
  readonly html?: boolean
  readonly delayMs?: number
  readonly eventDelayMs?: number
  /** Break the connection after this many stream events. */
  readonly cutAfterEvents?: number
  /** Send a stream event whose data is not JSON, as the second event. */
  readonly malformedSse?: boolean
  /** Leave the token counts out. */
  readonly missingUsage?: boolean
}

/** The faults of the nth model call, counted from 0. */
export function faultsOfCall(faults: Faults, nth: number): Faults {
  return nth < (faults.times ?? Number.POSITIVE_INFINITY) ? faults : {}
}
