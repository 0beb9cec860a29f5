import { request } from 'undici'
import { loginFailures } from './failures.ts'

/** What an OAuth endpoint answered, whatever its status; throws `login.server-answer` when that is no JSON object. */
export async function postForm(
  url: string,
  fields: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, unknown>>> {
  try {
    const { body } = await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams(fields).toString(),
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
    const answer: unknown = await body.json()
    if (typeof answer === 'object' && answer !== null) return answer as Readonly<Record<string, unknown>>
  } catch (cause) {
    throw unusable(url, cause)
  }
  throw unusable(url)
}

export function unusable(url: string, cause?: unknown) {
  const message = `${new URL(url).origin} does not answer as a Custody server that one can sign in to.`
  return loginFailures.create('server-answer', message, { cause })
}

const PATIENCE_MS = 30_000
