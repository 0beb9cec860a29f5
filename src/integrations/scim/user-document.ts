import type { ScimResource } from './resource.ts'
import type { KnownUser } from './store.ts'
import { versionOf } from './version.ts'

/** A user as it is shown: what the directory said, whether the person is active here, and what the server knows. */
export function userDocument(row: KnownUser, active: boolean): ScimResource {
  const said = JSON.parse(row.resource) as ScimResource
  const resource: ScimResource = { id: row.id, ...said, active }
  const meta = {
    resourceType: 'User',
    created: row.created_at,
    lastModified: row.changed_at,
    location: `/scim/v2/Users/${row.id}`,
    version: versionOf(resource),
  }
  return { ...resource, meta }
}

/** What of a resource is stored: the rest is known from the person. */
export function storedResource(resource: ScimResource): string {
  const { id: _, meta: __, active: ___, ...said } = resource
  return JSON.stringify(said)
}
