import type { Person } from '../../../governing/identity/index.ts'
import { type Html, html } from './html.ts'
import { problemLine } from './sign-in.ts'

interface LinkView {
  readonly person: Person
  readonly token: string
  readonly problem?: string
}

/** Choosing a password through a link that works once. */
export function linkBody({ person, token, problem }: LinkView): Html {
  return html`${problemLine(problem)}
<p>This is for ${person.name} &lt;${person.email}&gt;. If that is not you, close the page.</p>
<form method="post" action="/sign-in/link">
<input type="hidden" name="link" value="${token}">
<input type="hidden" name="email" autocomplete="username" value="${person.email}">
<label for="password">New password</label>
<input id="password" name="password" type="password" autocomplete="new-password" required minlength="12" maxlength="1024" aria-describedby="rule">
<p id="rule">At least 12 characters; a few words together are good.</p>
<label for="again">The same again</label>
<input id="again" name="again" type="password" autocomplete="new-password" required minlength="12" maxlength="1024">
<button class="first">Set the password and sign in</button>
</form>`
}
