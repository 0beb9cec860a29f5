import { isAlias, isScalar } from 'yaml'
import type { Complaint, Field, Spot } from './field.ts'
import { nearest } from './nearest.ts'
import { wrongKind } from './wrong-kind.ts'

/** One line of text, not blank, at most 200 characters, none of them a control character. */
export function text(): Field<string> {
  return worded('one line of text of at most 200 characters', (words) =>
    words.trim() !== '' && words.length <= 200 && !/\p{Cc}/u.test(words) ? words : undefined,
  )
}

/** Text of one or several lines, not blank, at most 2,000 characters; blanks around it are dropped. */
export function paragraph(): Field<string> {
  return worded('text of at most 2,000 characters', (words) =>
    words.trim() !== '' && words.length <= 2_000 && !/[^\P{Cc}\n]/u.test(words) ? words.trim() : undefined,
  )
}

/**
 * Text with a meaning: `parse` gives undefined for a wrong one, and the complaint then says what was `expected`
 * without quoting the text. `explain` may know a better complaint.
 */
export function worded<Value>(
  expected: string,
  parse: (words: string) => Value | undefined,
  explain?: (words: string) => Complaint | undefined,
): Field<Value> {
  return {
    read(spot) {
      const words = plainValue(spot)
      if (typeof words !== 'string') return wrongKind(spot, expected)
      const value = parse(words)
      if (value !== undefined) return value
      return spot.complain(explain?.(words) ?? { message: `${spot.path} must be ${expected}.` })
    },
  }
}

/** One of a few words or numbers, with a suggestion for a misspelt one. */
export function oneOf<const Choice extends string | number>(choices: readonly Choice[]): Field<Choice> {
  const listed = choices.join(', ')
  const words = choices.filter((choice) => typeof choice === 'string')
  return {
    read(spot) {
      const value = plainValue(spot)
      const choice = choices.find((candidate) => candidate === value)
      if (choice !== undefined) return choice
      if (value === undefined || value === null) return wrongKind(spot, `one of ${listed}`)
      const meant = typeof value === 'string' ? nearest(value, words) : undefined
      return spot.complain({
        message: `${spot.path} must be one of ${listed}.`,
        ...(meant === undefined ? {} : { suggestion: `did you mean ${meant}?` }),
      })
    },
  }
}

/** true or false. */
export function flag(): Field<boolean> {
  return {
    read(spot) {
      const value = plainValue(spot)
      return typeof value === 'boolean' ? value : wrongKind(spot, 'true or false')
    },
  }
}

/** An integer between two bounds, both allowed. */
export function wholeNumber({
  least,
  most,
}: {
  readonly least: number
  readonly most: number
}): Field<number> {
  return {
    read(spot) {
      const value = plainValue(spot)
      const inside =
        typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most
      return inside ? value : wrongNumber(spot, `a whole number from ${least} to ${most}`)
    },
  }
}

/** A decimal number between two bounds, kept as the text that was written, since records hold no floats. */
export function decimal({ least, most }: { readonly least: number; readonly most: number }): Field<string> {
  return {
    read(spot) {
      const written = isScalar(spot.node) ? spot.node.source : undefined
      const plain = written !== undefined && /^\d{1,9}(\.\d{1,9})?$/.test(written)
      const inside = plain && Number(written) >= least && Number(written) <= most
      return inside ? written : wrongNumber(spot, `a decimal number from ${least} to ${most}`)
    },
  }
}

function wrongNumber(spot: Spot, expected: string): undefined {
  if (typeof plainValue(spot) !== 'number') return wrongKind(spot, expected)
  return spot.complain({ message: `${spot.path} must be ${expected}.` })
}

function plainValue(spot: Spot): unknown {
  return isScalar(spot.node) && !isAlias(spot.node) ? spot.node.value : undefined
}
