/** What a ledger told its clients; they remember it whatever becomes of the machine. */
export type Told =
  | { readonly appended: readonly (readonly [index: number, id: string])[] }
  | { readonly seen: string }
  | { readonly refused: string; readonly code: string }
  | { readonly done: string }

/** The whole lines of what a process wrote; one that was cut off was never told. */
export function parseTold(output: string): readonly Told[] {
  return output
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Told)
}

export function isAppended(told: Told): told is Extract<Told, { appended: unknown }> {
  return 'appended' in told
}

export function isSeen(told: Told): told is Extract<Told, { seen: unknown }> {
  return 'seen' in told
}

export function isRefused(told: Told): told is Extract<Told, { refused: unknown }> {
  return 'refused' in told
}
