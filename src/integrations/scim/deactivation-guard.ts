/** When a directory deactivates so many at once that somebody should look first. */
export interface DeactivationLimit {
  /** Of those who are or were just active, 0 to 1. */
  readonly share: number
  readonly windowMs: number
  /** So many always may: a share of a few persons says nothing. */
  readonly atLeast: number
}

export const DEFAULT_LIMIT: DeactivationLimit = { share: 0.2, windowMs: 60 * 60_000, atLeast: 5 }

/** Whether one more person may be deactivated after `recent` others in the window. Pure. */
export function mayDeactivate(
  { share, atLeast }: DeactivationLimit,
  { active, recent }: { readonly active: number; readonly recent: number },
): boolean {
  return recent + 1 <= Math.max(atLeast, Math.floor(share * (active + recent)))
}
