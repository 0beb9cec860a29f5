import { canonicalJson, sha256Hex } from '../../kernel/index.ts'
import { scimFailures } from './failures.ts'
import type { ScimResource } from './resource.ts'

/** The ETag of a resource: it differs when anything a client could see differs. */
export function versionOf(resource: ScimResource): string {
  const { meta: _, ...rest } = resource
  return `W/"${sha256Hex(canonicalJson(rest)).slice(0, 24)}"`
}

/** Throws `scim.version-differs` unless If-Match is absent, "*" or names this version. */
export function requireVersion(version: string, ifMatch: string | undefined): void {
  if (ifMatch === undefined || names(ifMatch, version)) return
  throw scimFailures.create('version-differs', 'The resource changed since it was read; read it again.')
}

/** Whether a list of ETags, as If-Match and If-None-Match have it, names a version. Weak and strong ones are the same here. */
export function names(list: string, version: string): boolean {
  return list.split(',').some((tag) => tag.trim() === '*' || opaque(tag) === opaque(version))
}

function opaque(tag: string): string {
  return tag.trim().replace(/^W\//, '')
}
