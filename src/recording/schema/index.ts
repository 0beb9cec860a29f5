import { EventSchema } from './v1/event-schema.ts'
import { ExecutionRecordSchema } from './v1/execution-record-schema.ts'

export { validateEvent, validateExecutionRecord } from './validate.ts'

/** A published JSON Schema: its path below the repository and its text. */
export interface RecordSchema {
  readonly path: string
  readonly text: string
}

/** The JSON Schemas (2020-12) of what is recorded; the generator writes them, a test fails when they drift. */
export function recordSchemas(): readonly RecordSchema[] {
  return [
    { path: 'docs/schemas/event-v1.schema.json', text: json(EventSchema) },
    { path: 'docs/schemas/execution-record-v1.schema.json', text: json(ExecutionRecordSchema) },
  ]
}

function json(schema: object): string {
  return `${JSON.stringify(schema, undefined, 2)}\n`
}
