import { scimFailures } from './failures.ts'

/** A word of a filter: a bracket, a name or operator, or a value in quotes. */
export type FilterWord =
  | { readonly is: '(' | ')' | '[' | ']' }
  | { readonly is: 'name'; readonly text: string }
  | { readonly is: 'value'; readonly value: string }

/** Longer ones are not written by directories, and reading is refused before it begins. */
const MAX_LENGTH = 4096
const WORD = /\s*(?:([()[\]])|"((?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*)"|([^\s()[\]"]+))/u

/** Cuts a filter into words; throws `scim.filter-malformed`. */
export function filterWords(text: string): readonly FilterWord[] {
  if (text.length > MAX_LENGTH) throw malformed(`A filter has at most ${MAX_LENGTH} characters.`)
  const trimmed = text.trim()
  const word = new RegExp(WORD, 'uy')
  const words: FilterWord[] = []
  let at = 0
  while (at < trimmed.length) {
    word.lastIndex = at
    const match = word.exec(trimmed)
    if (match === null) throw malformed(`The filter cannot be read from its character ${at + 1} on.`)
    words.push(toWord(match))
    at = word.lastIndex
  }
  return words
}

function toWord([, bracket, quoted, name = '']: RegExpExecArray): FilterWord {
  if (bracket !== undefined) return { is: bracket as '(' | ')' | '[' | ']' }
  if (quoted !== undefined) return { is: 'value', value: JSON.parse(`"${quoted}"`) as string }
  return { is: 'name', text: name }
}

export function malformed(message: string) {
  return scimFailures.create('filter-malformed', message)
}
