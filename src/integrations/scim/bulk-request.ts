import { scimFailures } from './failures.ts'
import { isObject } from './read-resource.ts'

export const MAX_BULK_OPERATIONS = 1000

/** One request among many. */
export interface BulkOperation {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly endpoint: 'Users' | 'Groups'
  /** Absent for POST; an id, or `bulkId:` and the name of an operation that makes it. */
  readonly id?: string
  readonly bulkId?: string
  readonly version?: string
  readonly data: unknown
}

export interface BulkRequest {
  /** Ends after so many failures; never when absent. */
  readonly failOnErrors?: number
  readonly operations: readonly BulkOperation[]
}

const PATH = /^\/(Users|Groups)(?:\/([\w:.-]{1,128}))?$/
const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'] as const

/** Reads the body of a bulk request. Throws `scim.request-malformed`, `scim.bulk-too-large`. */
export function readBulk(body: unknown): BulkRequest {
  const operations = isObject(body) ? body.Operations : undefined
  if (!isObject(body) || !Array.isArray(operations))
    throw malformed('A bulk request has a list of Operations.')
  if (operations.length > MAX_BULK_OPERATIONS) {
    throw scimFailures.create('bulk-too-large', `At most ${MAX_BULK_OPERATIONS} operations at once, please.`)
  }
  const { failOnErrors } = body
  const read = operations.map(readOperation)
  const ids = read.flatMap(({ bulkId }) => bulkId ?? [])
  if (new Set(ids).size < ids.length) throw malformed('Each bulkId stands for one operation.')
  return typeof failOnErrors === 'number' && failOnErrors >= 1
    ? { failOnErrors, operations: read }
    : { operations: read }
}

function readOperation(operation: unknown): BulkOperation {
  if (!isObject(operation)) throw malformed('Each operation is an object.')
  const { bulkId, version, data } = operation
  const method = METHODS.find((known) => known === String(operation.method).toUpperCase())
  const [, endpoint, id] = PATH.exec(String(operation.path)) ?? []
  if (method === undefined || endpoint === undefined || (method === 'POST') !== (id === undefined)) {
    throw malformed('An operation is POST to /Users or /Groups, or PUT, PATCH or DELETE of one of them.')
  }
  if (method === 'POST' && !isBulkId(bulkId)) throw malformed('A POST has a bulkId.')
  return {
    method,
    endpoint: endpoint as BulkOperation['endpoint'],
    data,
    ...(id === undefined ? {} : { id }),
    ...(isBulkId(bulkId) ? { bulkId } : {}),
    ...(typeof version === 'string' ? { version } : {}),
  }
}

function isBulkId(value: unknown): value is string {
  return typeof value === 'string' && /^[\w.-]{1,128}$/.test(value)
}

function malformed(message: string) {
  return scimFailures.create('request-malformed', message)
}
