/** Markup in which every value has been escaped. */
export interface Html {
  readonly html: string
}

type Value = string | Html | readonly Html[] | undefined

/** Markup with values in it: text is escaped, also for attributes in quotes; markup stays; undefined is nothing. */
export function html(markup: TemplateStringsArray, ...values: readonly Value[]): Html {
  return { html: markup.reduce((text, piece, i) => text + toMarkup(values[i - 1]) + piece) }
}

function toMarkup(value: Value): string {
  if (value === undefined) return ''
  if (typeof value === 'string')
    return value.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
  return 'html' in value ? value.html : value.map(({ html: text }) => text).join('')
}
