/** US dollars in billionths, an integer below 2^53 (nine million dollars). */
export type NanoUsd = number

const NANO_PER_USD = 1_000_000_000

/** `0.0174 USD`: exact, with at least two and at most nine decimals; `parseUsd` reads it back. */
export function formatUsd(nanoUsd: NanoUsd): string {
  const digits = String(Math.abs(nanoUsd)).padStart(10, '0')
  const decimals = digits.slice(-9).replace(/0{1,7}$/, '')
  return `${nanoUsd < 0 ? '-' : ''}${digits.slice(0, -9)}.${decimals} USD`
}

/** The billionths of an amount such as `2 USD` or `0.5 USD`; undefined when it is not one, is zero or is too large. */
export function parseUsd(text: string): NanoUsd | undefined {
  const [, whole, decimals = ''] = /^(\d{1,7})(?:\.(\d{1,9}))? USD$/.exec(text) ?? []
  if (whole === undefined) return undefined
  const nanoUsd = Number(whole) * NANO_PER_USD + Number(decimals.padEnd(9, '0'))
  return nanoUsd > 0 && Number.isSafeInteger(nanoUsd) ? nanoUsd : undefined
}
