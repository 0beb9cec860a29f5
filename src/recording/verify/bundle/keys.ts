import { type JsonObject, objectAt, parseEvent, stringAt } from '../../record/index.ts'
import { isCanonical } from '../canonical.ts'
import { equal, fromUtf8 } from '../encoding.ts'
import { formatVkey, type Vkey } from '../note.ts'
import type { BundleContents, StatementKey } from './contents.ts'
import { provenIndex } from './inclusion.ts'
import { keyPaths, PATHS } from './paths.ts'
import { type Check, judged } from './report.ts'

/**
 * Every statement key was entered in the log before the record it signed; the log key is one the verifier trusts. Keys
 * revoked later cannot be known offline.
 */
export function checkKeys(contents: BundleContents, pinned: readonly Vkey[] | undefined): Check {
  const problems = [...logKeyProblems(contents, pinned), ...statementKeyProblems(contents)]
  if (problems.length > 0 || pinned !== undefined || contents.vkey === undefined) {
    return judged(
      problems,
      `The log key is one you trust; keys in the log that signed statements: ${contents.keys.length}.`,
    )
  }
  return {
    status: 'unpinned',
    detail: `The log key was taken from the bundle; compare ${formatVkey(contents.vkey)} with one you trust.`,
    problems: [],
  }
}

function logKeyProblems({ vkey }: BundleContents, pinned: readonly Vkey[] | undefined): readonly string[] {
  if (vkey === undefined) return [`${PATHS.vkey} is missing or malformed.`]
  const trusted = pinned === undefined || pinned.some((key) => sameKey(key, vkey))
  return trusted ? [] : ['The log key is not one you trust.']
}

function statementKeyProblems(contents: BundleContents): readonly string[] {
  if (contents.keys.length === 0) return ['There is no signing key.']
  const recordEntry = contents.files.get(PATHS.recordEntry)
  const recordIndex =
    recordEntry === undefined ? undefined : provenIndex(contents, recordEntry, PATHS.recordProof)
  return contents.keys.flatMap((key) => {
    const index = addedAt(contents, key)
    if (index === undefined) return [`The signing key ${key.id} is not proven to be in the log.`]
    const early = recordIndex !== undefined && index < recordIndex
    return early ? [] : [`The signing key ${key.id} was not in the log before the record it signed.`]
  })
}

/** The log index of the proven `key.added` event for this key. */
function addedAt(contents: BundleContents, key: StatementKey): number | undefined {
  const paths = keyPaths(key.id)
  const entry = contents.files.get(paths.entry)
  if (entry === undefined || publicKeyOfEvent(entry) !== key.id) return undefined
  return provenIndex(contents, entry, paths.proof)
}

function publicKeyOfEvent(entry: Uint8Array): string | undefined {
  const text = fromUtf8(entry) ?? ''
  const event = isCanonical(text) ? parseEvent(text) : undefined
  const data: JsonObject | undefined = objectAt({ ...event }, 'data')
  return event?.kind === 'key.added' ? stringAt(data, 'publicKeySha256') : undefined
}

function sameKey(a: Vkey, b: Vkey): boolean {
  return a.name === b.name && equal(a.publicKey, b.publicKey)
}
