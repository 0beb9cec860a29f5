import type { Random } from '../../kernel/index.ts'

/** No vowels, so that no words come out, and nothing that is read for something else. */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ'

/** A code a person can type: eight letters, about 35 bits, `BCDF-GHJK`. */
export function newUserCode(random: Random): string {
  let letters = ''
  while (letters.length < 8) {
    // Bytes from 240 on would make the first letters likelier.
    const [byte = 255] = random(1)
    if (byte < 240) letters += LETTERS.charAt(byte % LETTERS.length)
  }
  return `${letters.slice(0, 4)}-${letters.slice(4)}`
}

/** The code as it is stored, however it was typed; undefined when it cannot be one. */
export function readUserCode(typed: string): string | undefined {
  const letters = typed.toUpperCase().replaceAll(/[^A-Z]/g, '')
  return /^[BCDFGHJKLMNPQRSTVWXZ]{8}$/.test(letters)
    ? `${letters.slice(0, 4)}-${letters.slice(4)}`
    : undefined
}
