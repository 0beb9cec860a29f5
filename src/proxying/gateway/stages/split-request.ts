import type { Call } from '../call.ts'
import { type Refusal, refuse } from '../refusal.ts'
import { splitBody } from '../split/index.ts'
import { readRequest } from '../wire/index.ts'

/** Takes the body apart into its pieces and reads what the record needs of it. */
export function splitRequest(call: Call): Promise<Refusal | undefined> {
  const split = splitBody(call.body ?? Buffer.alloc(0), call.endpoint.split)
  if (!split.ok) return Promise.resolve(refuse('body-invalid', 'Its body is not a JSON object.'))
  call.split = split.value
  call.facts = readRequest(call.endpoint, {
    fields: split.value.fields,
    query: call.query,
    pathModel: call.pathModel,
  })
  return Promise.resolve(undefined)
}
