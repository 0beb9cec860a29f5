import { type Field, worded } from '../../governing/documents/index.ts'
import { configFailures } from './failures.ts'

/** Where a secret is kept; the reference itself is no secret. */
export type SecretReference =
  | { readonly kind: 'env'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string }

/** Looks a secret up; undefined when the variable or file does not exist. */
export type ReadSecret = (reference: SecretReference) => string | undefined

/** A secret known by its reference. It holds no value, so printing or storing it tells nothing. */
export interface Secret {
  readonly reference: SecretReference
  /**
   * The secret at this moment without blanks around it, or undefined when it is absent or empty. Throws
   * `config.unusable-secret` for one that could not stand in an HTTP header.
   */
  read(): string | undefined
}

/** `env:NAME` or `file:PATH`, never the secret itself. */
export function secret(readSecret: ReadSecret): Field<Secret> {
  return worded(
    REFERENCE,
    (words) => {
      const reference = parseReference(words)
      return reference === undefined
        ? undefined
        : { reference, read: () => readUsable(reference, readSecret) }
    },
    () => ({ message: `A secret cannot stand in this file.`, suggestion: `write it as ${REFERENCE}` }),
  )
}

/** The reference as the file writes it. */
export function formatReference(reference: SecretReference): string {
  return reference.kind === 'env' ? `env:${reference.name}` : `file:${reference.path}`
}

/** A reference to an environment variable. */
export function environmentSecret(name: string, readSecret: ReadSecret): Secret {
  const reference: SecretReference = { kind: 'env', name }
  return { reference, read: () => readUsable(reference, readSecret) }
}

const REFERENCE = 'env:NAME or file:PATH'

function parseReference(words: string): SecretReference | undefined {
  const [, name] = /^env:([A-Za-z_][A-Za-z0-9_]{0,127})$/.exec(words) ?? []
  if (name !== undefined) return { kind: 'env', name }
  const [, path] = /^file:(\P{Cc}{1,4096})$/u.exec(words) ?? []
  return path === undefined ? undefined : { kind: 'file', path }
}

function readUsable(reference: SecretReference, readSecret: ReadSecret): string | undefined {
  const value = readSecret(reference)?.trim()
  if (value === undefined || value === '') return undefined
  // A line break in a key would let its file add headers to every request.
  if (/^[\x21-\x7e]+$/.test(value)) return value
  throw configFailures.create(
    'unusable-secret',
    `${formatReference(reference)} must hold one key and nothing else; check it for line breaks and blanks.`,
  )
}
