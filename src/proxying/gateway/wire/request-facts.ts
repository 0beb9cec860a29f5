import type { Endpoint } from './endpoints.ts'
import { identifierOf, type JsonObject, valueAt } from './untrusted.ts'

/** What the record needs to know about a request without its content. */
export interface RequestFacts {
  /** Undefined when the request names none, or something that cannot be a model's name. */
  readonly model: string | undefined
  readonly stream: boolean
  readonly maxOutputTokens: number | undefined
  /** By dotted path. Numbers are integers; any other number is its decimal text. Never text for the model. */
  readonly parameters: Parameters
}

type Parameters = Readonly<Record<string, string | number | boolean>>

/** Query parameters that change the answer. Never `key`, which is a credential. */
const QUERY_PARAMETERS = ['alt', 'beta'] as const

/** An entry of the ledger has limited room, and no client needs more. */
const MAX_PARAMETERS = 40
const MAX_NAME = 60
const MAX_DEPTH = 3

/**
 * Reads the fields that are in no piece, the query and the model in the path, if the path has one. Never throws; what
 * is not understood is left out.
 */
export function readRequest(
  { wire, stream }: Endpoint,
  request: {
    readonly fields: JsonObject
    readonly query: URLSearchParams
    readonly pathModel: string | undefined
  },
): RequestFacts {
  const { fields, query, pathModel } = request
  const limits = wire.maxOutputTokens.map((path) => valueAt(fields, path))
  const inBody = wire.parameters.flatMap((path) => flatten(path, valueAt(fields, path)))
  const inQuery = QUERY_PARAMETERS.flatMap((name) => flatten(`query.${name}`, query.get(name)))
  return {
    model: pathModel ?? identifierOf(fields.model),
    stream: stream || fields.stream === true,
    maxOutputTokens: limits.find(isLimit),
    parameters: Object.fromEntries([...inBody.slice(0, MAX_PARAMETERS), ...inQuery]),
  }
}

function isLimit(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0
}

type Entry = readonly [name: string, value: string | number | boolean]

function flatten(name: string, value: unknown, depth = 0): readonly Entry[] {
  if (typeof value === 'object' && value !== null) {
    if (depth === MAX_DEPTH) return []
    const members = Object.entries(value).slice(0, MAX_PARAMETERS)
    return members.flatMap(([key, inner]) =>
      key.length <= MAX_NAME && identifierOf(key) ? flatten(`${name}.${key}`, inner, depth + 1) : [],
    )
  }
  const scalar = canonicalScalar(value)
  return scalar === undefined ? [] : [[name, scalar]]
}

function canonicalScalar(value: unknown): string | number | boolean | undefined {
  if (typeof value === 'boolean') return value
  if (typeof value !== 'number') return identifierOf(value)
  return Number.isSafeInteger(value) ? value : String(value)
}
