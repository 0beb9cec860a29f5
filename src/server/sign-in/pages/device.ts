import type { Person } from '../../../governing/identity/index.ts'
import type { DeviceRequest } from '../device-requests.ts'
import { type Html, html } from './html.ts'
import { problemLine } from './sign-in.ts'

/** Typing the code that a terminal shows. */
export function codeBody(problem?: string): Html {
  return html`${problemLine(problem)}
<form method="get" action="/device">
<label for="code">The code your terminal shows</label>
<input id="code" name="code" class="code" required maxlength="20" autocomplete="off" autocapitalize="characters" spellcheck="false" placeholder="XXXX-XXXX">
<button class="first">Go on</button>
</form>`
}

/** Deciding about the device; somebody may have been sent here with a code that is not theirs. */
export function confirmBody(person: Person, { userCode, device, source }: DeviceRequest): Html {
  return html`<p>A command line asks to act as you, ${person.name} &lt;${person.email}&gt;.</p>
<p class="code">${userCode}</p>
<p>It calls itself “${device}” and asks from ${source}. Allow it only if you started it yourself and it shows exactly this code.</p>
<form method="post" action="/device">
<input type="hidden" name="code" value="${userCode}">
<button class="first" name="decision" value="allow">Allow</button>
<button name="decision" value="deny">Deny</button>
</form>`
}
