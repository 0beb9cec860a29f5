import { isEnterprise, isUnkept } from './attribute-path.ts'
import { scimFailures } from './failures.ts'
import { patchItems } from './patch-items.ts'
import type { PatchOperation } from './patch-request.ts'
import { type PatchTarget, parseTarget } from './patch-target.ts'
import { isObject, readItem, readSimple } from './read-resource.ts'
import { itemsOf, type ScimItem, type ScimResource, withAttribute } from './resource.ts'
import type { Attribute, Schema } from './schema.ts'

/**
 * The resource after all steps of a PATCH (RFC 7644 §3.5.2), or no step at all: throws `scim.path-invalid`, `-no-target`,
 * `-read-only`, `-value-invalid`, `-request-malformed`.
 */
export function applyPatch(
  schema: Schema,
  resource: ScimResource,
  operations: readonly PatchOperation[],
): ScimResource {
  const patched = operations.reduce((current, operation) => applyOne(schema, current, operation), resource)
  const missing = schema.attributes.find(({ name, required }) => required && !patched[name])
  if (missing === undefined) return patched
  throw scimFailures.create('value-invalid', `${missing.name} is required.`)
}

function applyOne(schema: Schema, resource: ScimResource, operation: PatchOperation): ScimResource {
  const { op, path, value } = operation
  if (path !== undefined) {
    const target = parseTarget(schema, path)
    if (target.is === 'attribute') forbidReadOnly(target)
    return applyTo(resource, target, operation)
  }
  if (op === 'remove') throw scimFailures.create('no-target', 'A remove needs a path.')
  if (!isObject(value)) throw scimFailures.create('value-invalid', 'Without a path, the value is an object.')
  return Object.entries(value).reduce(
    (current, [key, part]) => applyKey(schema, current, { op, path: key, value: part }),
    resource,
  )
}

/** Okta and Entra name attributes in the value, even with dots and filters, beside `id` and `schemas`. */
function applyKey(
  schema: Schema,
  resource: ScimResource,
  operation: PatchOperation & { readonly path: string },
): ScimResource {
  const { path } = operation
  if (path === 'schemas' || isEnterprise(path) || isUnkept(schema, path)) return resource
  const target = parseTarget(schema, path)
  if (target.is === 'attribute' && target.attribute.mutability === 'readOnly') return resource
  return applyTo(resource, target, operation)
}

function applyTo(resource: ScimResource, target: PatchTarget, operation: PatchOperation): ScimResource {
  if (target.is === 'unkept') return resource
  const { attribute, sub } = target
  if (attribute.multiValued) {
    const items = patchItems(itemsOf(resource, attribute.name), target, operation)
    return withAttribute(resource, attribute.name, items.length === 0 ? undefined : items)
  }
  const { op, value } = operation
  if (attribute.sub !== undefined)
    return patchComplex(resource, { attribute, ...(sub && { sub }) }, operation)
  return withAttribute(resource, attribute.name, op === 'remove' ? undefined : readSimple(attribute, value))
}

/** Parts that are not named stay as they are. */
function patchComplex(
  resource: ScimResource,
  { attribute, sub }: { readonly attribute: Attribute; readonly sub?: Attribute },
  { op, value }: PatchOperation,
): ScimResource {
  const { name } = attribute
  if (sub === undefined && op === 'remove') return withAttribute(resource, name, undefined)
  const before = (resource[name] ?? {}) as ScimItem
  if (sub === undefined) return withAttribute(resource, name, { ...before, ...readItem(attribute, value) })
  const { [sub.name]: _, ...rest } = before
  const part = op === 'remove' ? undefined : readSimple(sub, value)
  return withAttribute(resource, name, part === undefined ? rest : { ...rest, [sub.name]: part })
}

function forbidReadOnly({ attribute }: { readonly attribute: Attribute }): void {
  if (attribute.mutability !== 'readOnly') return
  throw scimFailures.create('read-only', `${attribute.name} is set by the server only.`)
}
