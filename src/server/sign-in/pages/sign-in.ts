import { type Html, html } from './html.ts'

export interface SignInView {
  /** Where to go afterwards. */
  readonly to: string
  /** What the identity provider is called, when there is one. */
  readonly provider?: string
  readonly passwords: boolean
  /** What went wrong before. */
  readonly problem?: string
  readonly email?: string
}

export function signInBody(view: SignInView): Html {
  const { provider, passwords, problem, to } = view
  return html`${problemLine(problem)}
${provider === undefined ? undefined : providerLink(provider, to)}
${passwords ? passwordForm(view) : undefined}
${provider === undefined && !passwords ? html`<p>Nobody can sign in here: no identity provider is configured.</p>` : undefined}`
}

/** Read out at once by screen readers. */
export function problemLine(problem: string | undefined): Html | undefined {
  return problem === undefined ? undefined : html`<p class="problem" role="alert">${problem}</p>`
}

function providerLink(provider: string, to: string): Html {
  const href = `/sign-in/provider?to=${encodeURIComponent(to)}`
  return html`<a class="button first" href="${href}">Sign in with ${provider}</a>`
}

function passwordForm({ to, email = '' }: SignInView): Html {
  return html`<form method="post" action="/sign-in/password">
<input type="hidden" name="to" value="${to}">
<label for="email">E-mail address</label>
<input id="email" name="email" type="email" autocomplete="username" required maxlength="320" value="${email}">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required maxlength="1024">
<button class="first">Sign in</button>
</form>`
}
