import { signInFailures } from './failures.ts'
import { codeBody, confirmBody } from './pages/device.ts'
import { noticeBody } from './pages/notice.ts'
import { page } from './pages/page.ts'
import type { Outcome, SignedInVisit, SignInRoute } from './visit.ts'

export const deviceRoutes: readonly SignInRoute[] = [
  {
    method: 'GET',
    path: '/device',
    for: 'signed-in',
    summary: 'Look at a command line that asks to be signed in',
    handle: look,
  },
  {
    method: 'POST',
    path: '/device',
    for: 'signed-in',
    summary: 'Let a command line act as the person, or not',
    handle: decide,
  },
]

async function look(visit: SignedInVisit): Promise<Outcome> {
  const { devices, guesses, live, query } = visit
  const code = query.get('code')
  if (code === null) return { page: page('Sign in a command line', codeBody()) }
  checkGuesses(visit)
  const found = devices.find(code)
  if (found !== undefined) return { page: page('Allow this command line?', confirmBody(live.person, found)) }
  guesses.noteWrong(live.person.id)
  return { status: 404, page: page('Sign in a command line', codeBody(UNKNOWN)) }
}

const UNKNOWN = 'Nothing waits with this code; compare it, or begin again in your terminal.'

async function decide(visit: SignedInVisit): Promise<Outcome> {
  const { devices, guesses, live, form } = visit
  checkGuesses(visit)
  const isAllowed = form.get('decision') === 'allow'
  const decision = isAllowed
    ? ({ state: 'approved', person: live.person.id } as const)
    : ({ state: 'denied' } as const)
  if (devices.decide(form.get('code') ?? '', decision)) {
    const sentence = isAllowed ? 'Go back to your terminal; it goes on by itself.' : 'It was not let in.'
    return { page: page(isAllowed ? 'Allowed' : 'Denied', noticeBody(sentence)) }
  }
  guesses.noteWrong(live.person.id)
  return { status: 404, page: page('Sign in a command line', codeBody(UNKNOWN)) }
}

function checkGuesses({ guesses, live }: SignedInVisit): void {
  if (guesses.mayGuess(live.person.id)) return
  throw signInFailures.create('too-many-codes', 'Too many wrong codes; try again in a few minutes.')
}
