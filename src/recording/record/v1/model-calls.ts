import { integerAt, stringAt } from '../fields.ts'
import type { RecordedEvent } from './event.ts'

/** A request to a vendor that makes a model answer, with the answer. */
export interface AnsweredCall {
  readonly request: RecordedEvent | undefined
  readonly response: RecordedEvent
}

/** The answered model calls in the order of the answers; lists of models and counts of tokens are none. */
export function answeredCalls(events: readonly RecordedEvent[]): readonly AnsweredCall[] {
  const requests = new Map(
    events
      .filter((event) => event.kind === 'model.requested')
      .map((event) => [stringAt(event.data, 'call') ?? '', event]),
  )
  return events
    .filter((event) => event.kind === 'model.responded')
    .map((response) => ({ request: requests.get(stringAt(response.data, 'call') ?? ''), response }))
    .filter(({ request }) => isModelCall(request))
}

/** True when the vendor answered as asked and yet did not say how many tokens that took. */
export function lacksUsage({ response: { data } }: AnsweredCall): boolean {
  const succeeded = (integerAt(data, 'status') ?? 0) < 300 && stringAt(data, 'outcome') === 'completed'
  return succeeded && stringAt(data, 'usage') !== 'reported'
}

function isModelCall(request: RecordedEvent | undefined): boolean {
  const purpose = stringAt(request?.data, 'purpose') ?? 'model-call'
  return purpose === 'model-call' && stringAt(request?.data, 'protocol') !== 'none'
}
