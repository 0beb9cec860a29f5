import { sha256 } from '../../../kernel/index.ts'
import { type Html, html } from './html.ts'

/** A whole page: no script, nothing from elsewhere. */
export function page(title: string, body: Html): string {
  const { html: text } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – Custody</title>
<style>${{ html: STYLE }}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`
  return text
}

/** What browsers are told to hold every page to. */
export function pageHeaders(): Readonly<Record<string, string>> {
  const style = `'sha256-${sha256(STYLE).toString('base64')}'`
  return {
    'content-security-policy': `default-src 'none'; style-src ${style}; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
    'cache-control': 'no-store',
    'cross-origin-opener-policy': 'same-origin',
    // Not no-referrer, under which a form's Origin is null.
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  }
}

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0; display: grid; place-items: center; min-height: 100vh; }
main { width: min(24rem, 100vw - 2rem); padding: 2rem 0; }
h1 { font-size: 1.5rem; }
form { display: grid; gap: 0.5rem; margin: 1rem 0; }
label { font-weight: 600; }
input, button, .button { font: inherit; padding: 0.6rem 0.8rem; border: 1px solid; border-radius: 0.4rem; }
button, .button { cursor: pointer; text-align: center; text-decoration: none; color: inherit; display: block; margin-top: 0.5rem; }
.first { background: #1d4ed8; border-color: #1d4ed8; color: #fff; }
:focus-visible { outline: 3px solid #f59e0b; outline-offset: 2px; }
.problem { border-left: 4px solid #dc2626; padding-left: 0.8rem; }
.code { font: 600 1.6rem ui-monospace, monospace; letter-spacing: 0.1em; }
`
