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
  if (!isModest(text)) return false
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

/** Deeper and more than any document of ours; a parser makes gigabytes of objects from a few megabytes of brackets. */
const MAX_DEPTH = 64
const MAX_VALUES = 2_000_000
const OPENING = new Set(Array.from('[{', (mark) => mark.charCodeAt(0)))
const CLOSING = new Set(Array.from(']}', (mark) => mark.charCodeAt(0)))
const [COMMA, QUOTE, BACKSLASH] = [0x2c, 0x22, 0x5c]

/** Whether a text of an unknown author may be given to a parser of JSON: what it holds is neither too deep nor too much. */
export function isModest(text: string): boolean {
  let depth = 0
  let values = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === QUOTE) i = endOfString(text, i)
    else if (code === COMMA) values++
    else if (CLOSING.has(code)) depth--
    else if (OPENING.has(code)) {
      depth++
      values++
    }
    if (depth > MAX_DEPTH || values > MAX_VALUES) return false
  }
  return true
}

function endOfString(text: string, start: number): number {
  let end = start + 1
  while (end < text.length && text.charCodeAt(end) !== QUOTE) {
    end += text.charCodeAt(end) === BACKSLASH ? 2 : 1
  }
  return end
}
