import { expect, it } from 'vitest'
import { html } from './html.ts'

it('escapes every value but markup', () => {
  const name = `<script>"'&`
  expect(html`<p title="${name}">${html`<b>${name}</b>`}${undefined}${[html`<i></i>`]}</p>`.html).toBe(
    '<p title="&#60;script&#62;&#34;&#39;&#38;"><b>&#60;script&#62;&#34;&#39;&#38;</b><i></i></p>',
  )
})
