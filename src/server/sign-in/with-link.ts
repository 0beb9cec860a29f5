import { isFailure } from '../../kernel/index.ts'
import { enter } from './enter.ts'
import { linkBody } from './pages/link.ts'
import { problemBody } from './pages/notice.ts'
import { page } from './pages/page.ts'
import type { Outcome, SignInRoute, Visit } from './visit.ts'

const PATH = '/sign-in/link'

export const linkRoutes: readonly SignInRoute[] = [
  {
    method: 'GET',
    path: PATH,
    for: 'page',
    summary: 'Choose a password through a link that works once',
    handle: (visit) => show(visit, visit.query.get('link') ?? ''),
  },
  {
    method: 'POST',
    path: PATH,
    for: 'page',
    summary: 'Set the password, use the link up, sign in',
    handle: redeem,
  },
]

/** The address to hand to a person for a link's secret. */
export function linkAddress(origin: string, token: string): string {
  return `${origin}${PATH}?link=${encodeURIComponent(token)}`
}

async function show({ services }: Visit, token: string, problem?: string): Promise<Outcome> {
  const found = await services.identity.links.look(token)
  if (found === undefined) return { status: 401, page: page('This link is no good', problemBody(NO_GOOD)) }
  const view = { person: found.person, token, ...(problem === undefined ? {} : { problem }) }
  return { status: problem === undefined ? 200 : 400, page: page('Choose a password', linkBody(view)) }
}

const NO_GOOD = 'It is unknown, was used or has expired; ask an administrator for another.'

async function redeem(visit: Visit): Promise<Outcome> {
  const { services, form } = visit
  const [token, password] = [form.get('link') ?? '', form.get('password') ?? '']
  if (password !== form.get('again')) return show(visit, token, 'The two are not the same.')
  try {
    return await enter(visit, await services.identity.links.redeem(token, password), undefined)
  } catch (error) {
    if (isFailure(error, 'identity.password-refused')) return show(visit, token, error.message)
    if (isFailure(error, 'identity.link-invalid')) return show(visit, '')
    throw error
  }
}
