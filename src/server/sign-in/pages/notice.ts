import type { Person } from '../../../governing/identity/index.ts'
import { type Html, html } from './html.ts'
import { problemLine } from './sign-in.ts'

export function signedInBody(person: Person): Html {
  return html`<p>You are signed in as ${person.name} &lt;${person.email}&gt;.</p>
<p><a href="/device">Sign in a command line</a></p>
<form method="post" action="/sign-out"><button>Sign out</button></form>`
}

/** One sentence and nothing more to do here. */
export function noticeBody(sentence: string): Html {
  return html`<p role="status">${sentence}</p>`
}

export function problemBody(sentence: string): Html {
  return html`${problemLine(sentence)}
<p><a href="/sign-in">Sign in</a></p>`
}
