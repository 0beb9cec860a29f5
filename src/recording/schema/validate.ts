import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import type { Problem } from '../../kernel/index.ts'
import { EVENT_KINDS, isJsonObject, stringAt } from '../record/index.ts'
import { EventSchema } from './v1/event-schema.ts'
import { ExecutionRecordSchema } from './v1/execution-record-schema.ts'

/** Every way in which a parsed entry is not an event of version 1, with JSON pointers; empty when it is one. */
export function validateEvent(value: unknown): readonly Problem[] {
  // Judged by the alternative of its kind: the errors of twenty others would hide the one that matters.
  const kind = isJsonObject(value) ? stringAt(value, 'kind') : undefined
  const place = (EVENT_KINDS as readonly (string | undefined)[]).indexOf(kind)
  const schema = EventSchema.anyOf[place]
  return schema === undefined
    ? [{ path: '/kind', message: 'is no kind of this version' }]
    : problems(schema, value)
}

/** Every way in which a parsed statement is not an execution record of version 1; empty when it is one. */
export function validateExecutionRecord(value: unknown): readonly Problem[] {
  return problems(ExecutionRecordSchema, value)
}

function problems(schema: TSchema, value: unknown): readonly Problem[] {
  if (Value.Check(schema, value)) return []
  return Value.Errors(schema, value).map(({ instancePath, message }) => ({ path: instancePath, message }))
}
