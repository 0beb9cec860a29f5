/** What stands for text that differs from run to run. `<kind>` matches, `<kind:name>` matches and is kept as `$name`. */
const KINDS: Readonly<Record<string, string>> = {
  run: 'run_[0-9A-Z]{26}',
  person: 'per_[0-9A-Z]{26}',
  event: 'evt_[0-9A-Z]{26}',
  part: 'evt_[0-9A-Z]{26}/[a-zA-Z0-9-]+',
  ledger: 'led_[0-9A-Z]{26}',
  vkey: 'custody\\.local/led_[0-9A-Z]{26}\\+[0-9a-f]{8}\\+[A-Za-z0-9+/=]+',
  sha: '[0-9a-f]{40}',
  short: '[0-9a-f]{12}',
  time: '\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(?:\\.\\d{3}Z)?',
  number: '\\d+(?:\\.\\d+)?',
  version: '\\d+\\.\\d+\\.\\d+',
  any: '[^]*?',
}

/** Text by name, kept from earlier output of the same transcript. */
export type Kept = Map<string, string>

/** Whether the lines are as expected; an expected `...` stands for any lines. Keeps what the placeholders name. */
export function matchesLines(expected: readonly string[], actual: string, kept: Kept): boolean {
  const pattern = expected.map((line) => (line === '...' ? '(?:.*\\n)*?' : `${patternOf(line)}\\n`)).join('')
  const match = new RegExp(`^${pattern}$`).exec(actual)
  if (match === null) return false
  for (const [name, value] of Object.entries(match.groups ?? {})) kept.set(name, value)
  return true
}

/** Whether a JSON value has the expected shape; a key `...` allows more keys, a string may hold placeholders. */
export function matchesJson(expected: unknown, actual: unknown, kept: Kept): boolean {
  if (typeof expected === 'string')
    return matchesLines([expected], `${typeof actual === 'string' ? actual : JSON.stringify(actual)}\n`, kept)
  if (Array.isArray(expected)) {
    const all = Array.isArray(actual) && actual.length === expected.length
    return all && expected.every((item, index) => matchesJson(item, actual[index], kept))
  }
  if (typeof expected !== 'object' || expected === null) return expected === actual
  if (typeof actual !== 'object' || actual === null || Array.isArray(actual)) return false
  const { '...': more, ...keys } = expected as Record<string, unknown>
  const values = actual as Record<string, unknown>
  const unexpected = Object.keys(values).filter((key) => !(key in keys))
  if (more === undefined && unexpected.length > 0) return false
  return Object.entries(keys).every(([key, value]) => key in values && matchesJson(value, values[key], kept))
}

function patternOf(line: string): string {
  const names = Object.keys(KINDS).join('|')
  return line
    .split(new RegExp(`(<(?:${names})(?::\\w+)?>)`))
    .map((piece) => {
      const [, kind = '', name] = /^<(\w+)(?::(\w+))?>$/.exec(piece) ?? []
      const known = KINDS[kind]
      if (known === undefined) return piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
      return name === undefined ? `(?:${known})` : `(?<${name}>${known})`
    })
    .join('')
}
