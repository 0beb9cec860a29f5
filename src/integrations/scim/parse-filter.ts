import { findNamed } from './attribute-path.ts'
import { COMPARISONS, type Comparison, type Filter } from './filter.ts'
import { type FilterWord, filterWords, malformed } from './filter-words.ts'
import type { Attribute, Schema } from './schema.ts'

const MAX_DEPTH = 16
const MAX_TERMS = 100

/** Reads a filter (RFC 7644 §3.4.2.2). Throws `scim.filter-malformed` for one that is broken, huge, or names what is not kept. */
export function parseFilter(text: string, schema: Schema): Filter {
  const parser = new FilterParser(filterWords(text), (path) => namedFor(schema, path))
  const filter = parser.filter()
  parser.expectEnd()
  return filter
}

/** Reads the filter between the brackets of a PATCH path, about the items of an attribute. Throws the same. */
export function parseItemFilter(words: readonly FilterWord[], items: Attribute): Filter {
  const parser = new FilterParser(words, (path) => partFor(items, path))
  const filter = parser.filter()
  parser.expectEnd()
  return filter
}

interface Named {
  readonly attribute: Attribute
  readonly sub?: Attribute
}

class FilterParser {
  readonly #words: readonly FilterWord[]
  #find: (path: string) => Named
  #at = 0
  #depth = 0
  #terms = 0

  constructor(words: readonly FilterWord[], find: (path: string) => Named) {
    this.#words = words
    this.#find = find
  }

  filter(): Filter {
    this.#depth += 1
    if (this.#depth > MAX_DEPTH) throw malformed(`A filter is at most ${MAX_DEPTH} brackets deep.`)
    const filter = this.#joined('or', () => this.#joined('and', () => this.#term()))
    this.#depth -= 1
    return filter
  }

  expectEnd(): void {
    if (this.#at < this.#words.length)
      throw malformed(`The filter goes on after its end, at ${this.#place()}.`)
  }

  #joined(op: 'and' | 'or', next: () => Filter): Filter {
    const first = next()
    const rest: Filter[] = []
    while (this.#takeName(op)) rest.push(next())
    return rest.length === 0 ? first : { op, of: [first, ...rest] }
  }

  #term(): Filter {
    this.#terms += 1
    if (this.#terms > MAX_TERMS) throw malformed(`A filter has at most ${MAX_TERMS} terms.`)
    if (this.#takeName('not')) {
      if (!this.#take('(')) throw malformed('After "not" comes a bracket.')
      return { op: 'not', of: this.#bracketed(')') }
    }
    if (this.#take('(')) return this.#bracketed(')')
    const word = this.#next()
    if (word?.is !== 'name') throw malformed(`An attribute is expected at ${this.#place()}.`)
    const named = this.#find(word.text)
    return this.#take('[') ? this.#item(named) : this.#comparison(named)
  }

  #bracketed(end: ')' | ']'): Filter {
    const filter = this.filter()
    if (!this.#take(end)) throw malformed(`"${end}" is missing at ${this.#place()}.`)
    return filter
  }

  #item({ attribute, sub }: Named): Filter {
    if (attribute.sub === undefined || attribute.multiValued === undefined || sub !== undefined) {
      throw malformed(`${attribute.name} has no items to choose from.`)
    }
    const outer = this.#find
    this.#find = (path) => partFor(attribute, path)
    const of = this.#bracketed(']')
    this.#find = outer
    return { op: 'item', attribute, of }
  }

  #comparison(named: Named): Filter {
    const op = this.#next()
    const name = op?.is === 'name' ? op.text.toLowerCase() : ''
    if (name === 'pr') return { op: 'pr', ...named }
    if (!isComparison(name)) throw malformed(`An operator is expected at ${this.#place()}.`)
    return { op: name, ...named, value: this.#value() }
  }

  #value(): string | boolean | number | null {
    const word = this.#next()
    if (word?.is === 'value') return word.value
    if (word?.is !== 'name') throw malformed(`A value is expected at ${this.#place()}.`)
    const text = word.text.toLowerCase()
    if (LITERALS.has(text)) return LITERALS.get(text) ?? null
    if (/^-?\d{1,15}(\.\d{1,15})?$/.test(text)) return Number(text)
    throw malformed('A text stands in double quotes.')
  }

  #next(): FilterWord | undefined {
    this.#at += 1
    return this.#words[this.#at - 1]
  }

  #take(is: '(' | ')' | '[' | ']'): boolean {
    const found = this.#words[this.#at]?.is === is
    if (found) this.#at += 1
    return found
  }

  #takeName(text: string): boolean {
    const word = this.#words[this.#at]
    const found = word?.is === 'name' && word.text.toLowerCase() === text
    if (found) this.#at += 1
    return found
  }

  #place(): string {
    return `word ${Math.min(this.#at, this.#words.length) + 1}`
  }
}

const LITERALS = new Map<string, boolean | null>([
  ['true', true],
  ['false', false],
  ['null', null],
])

function isComparison(name: string): name is Comparison {
  return (COMPARISONS as readonly string[]).includes(name)
}

function namedFor(schema: Schema, path: string): Named {
  const named = findNamed(schema, path)
  if (named.is !== 'attribute')
    throw malformed(`Custody keeps no ${path.slice(0, 80)}, so nothing can be found by it.`)
  const { attribute, sub } = named
  return sub === undefined ? { attribute } : { attribute, sub }
}

/** Inside brackets the names are those of the items' parts. */
function partFor({ name, sub }: Attribute, path: string): Named {
  const attribute = sub?.find((part) => part.name.toLowerCase() === path.toLowerCase())
  if (attribute === undefined) throw malformed(`${name} have no ${path.slice(0, 80)}.`)
  return { attribute }
}
