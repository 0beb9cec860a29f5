import { noticeBody, signedInBody } from './pages/notice.ts'
import { page } from './pages/page.ts'
import { HOME } from './safe-target.ts'
import { dropCookie } from './session-cookie.ts'
import type { SignInRoute } from './visit.ts'

export const signedInRoutes: readonly SignInRoute[] = [
  {
    method: 'GET',
    path: HOME,
    for: 'signed-in',
    summary: 'Who is signed in',
    handle: async ({ live }) => ({ page: page('Signed in', signedInBody(live.person)) }),
  },
  {
    method: 'POST',
    path: '/sign-out',
    for: 'signed-in',
    summary: 'End the session of this browser',
    handle: async ({ services, live, origin }) => {
      await services.identity.sessions.end(live.session.id, live.person.id)
      const cookies = [dropCookie('session', origin)]
      return { page: page('Signed out', noticeBody('You are signed out.')), cookies }
    },
  },
]
