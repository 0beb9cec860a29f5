import { type Html, html } from './html.ts'
import type { PartText } from './run-view.ts'

/** A body in a box, cut with a sentence that says so; or the reason why it is not here. */
export function bodyBox(part: PartText, maxCharacters: number): Html {
  if (!part.shown) return html`<p class="absent">(${part.why})</p>`
  const rest = part.text.length - maxCharacters
  return html`<pre>${part.text.slice(0, maxCharacters)}</pre>${
    rest > 0
      ? html`<p class="absent">Cut here: ${rest} more characters stand in the bundle's files.</p>`
      : undefined
  }`
}

/** Rows of a name and what it is. */
export function facts(rows: readonly (readonly [string, string | number | Html | undefined])[]): Html {
  return html`<table class="facts">${rows
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</table>`
}

/** A table with a head. */
export function grid(heads: readonly string[], rows: readonly (readonly (string | number | Html)[])[]): Html {
  return html`<table><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>${rows.map(
    (row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`,
  )}</tbody></table>`
}

/** Dollars of billionths of a dollar, without floating point. */
export function dollars(nanoUsd: number): string {
  const cents = String(Math.round(nanoUsd / 100_000)).padStart(5, '0')
  return `$${cents.slice(0, -4)}.${cents.slice(-4)}`
}
