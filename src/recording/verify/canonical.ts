/**
 * The RFC 8785 text of parsed JSON; undefined when it holds what no record may hold (null, a number that is not a safe
 * integer, a lone surrogate) or is nested beyond reason. Small on purpose: a verifier elsewhere writes the same.
 */
export function canonicalText(value: unknown): string | undefined {
  try {
    return write(value)
  } catch {
    return undefined
  }
}

/** True when `text` is the canonical text of what it parses to. */
export function isCanonical(text: string): boolean {
  try {
    return canonicalText(JSON.parse(text)) === text
  } catch {
    return false
  }
}

function write(value: unknown): string {
  if (typeof value === 'string' && value.isWellFormed()) return JSON.stringify(value)
  if (typeof value === 'boolean' || Number.isSafeInteger(value)) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`
  if (typeof value !== 'object' || value === null) throw new TypeError('not a value of a record')
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, member]) => `${write(name)}:${write(member)}`).join(',')}}`
}
