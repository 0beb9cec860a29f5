import { readFileSync } from 'node:fs'

/** The version in package.json. Read here and not through the server's door, which would load the whole server. */
export function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return String((JSON.parse(text) as { version?: unknown }).version)
}
