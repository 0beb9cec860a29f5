import type { FastifyReply } from 'fastify'
import { isFailure, KINDS } from '../../kernel/index.ts'
import { problemBody } from './pages/notice.ts'
import { page, pageHeaders } from './pages/page.ts'
import type { Outcome, SignInRoute } from './visit.ts'

export function answer(reply: FastifyReply, outcome: Outcome): FastifyReply {
  reply.headers({ ...pageHeaders(), ...outcome.headers })
  for (const { name, value, options } of outcome.cookies ?? []) {
    if (value === undefined) reply.clearCookie(name, options)
    else reply.setCookie(name, value, options)
  }
  if ('goTo' in outcome) return reply.redirect(outcome.goTo, 303)
  reply.status(outcome.status ?? 200)
  if ('json' in outcome) return reply.type('application/json').send(JSON.stringify(outcome.json))
  return reply.type('text/html; charset=utf-8').send(outcome.page)
}

/** What is told of an error, as a page or as OAuth writes it. `isDefect` when its reason is nobody's to see but ours. */
export function problemOutcome(route: SignInRoute, error: unknown): Outcome & { readonly isDefect: boolean } {
  const { status, message, isDefect } = readError(error)
  if (route.for !== 'program') {
    return { page: page('That did not work', problemBody(message)), status, isDefect }
  }
  const code = status < 500 ? 'invalid_request' : 'server_error'
  return { json: { error: code, error_description: message }, status, isDefect }
}

function readError(error: unknown) {
  if (isFailure(error)) {
    return { status: KINDS[error.kind].httpStatus, message: error.message, isDefect: false }
  }
  const { statusCode = 500 } = error as { readonly statusCode?: number }
  if (statusCode < 500) return { status: statusCode, message: 'The request cannot be read.', isDefect: false }
  return {
    status: 500,
    message: 'Something went wrong on the server; its log has the details.',
    isDefect: true,
  }
}
