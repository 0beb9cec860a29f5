import { isFailure } from '../kernel/index.ts'

/**
 * One line about something that went wrong. Only the messages of Failures are known to hold no body and no secret; of
 * any other error the line gives the name and the place.
 */
export function logLine(about: string, error: unknown): string {
  if (isFailure(error)) return `${about} ${error.code}: ${error.message}${causeOf(error.cause)}`
  if (!(error instanceof Error)) return `${about} an unknown error`
  const code = (error as { code?: unknown }).code
  const place = error.stack?.split('\n').find((line) => /^\s+at /.test(line))
  return `${about} ${error.name}${typeof code === 'string' ? ` ${code}` : ''}${place ?? ''}`
}

/** What SQLite or the system says of it. The errors of parsers have other names, and quote what they parsed. */
function causeOf(cause: unknown): string {
  return cause instanceof Error && cause.name === 'Error' ? ` (${cause.message.slice(0, 200)})` : ''
}
