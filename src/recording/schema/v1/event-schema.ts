import { type TSchema, Type } from 'typebox'
import { EVENT_KINDS, type EventKind } from '../../record/index.ts'
import { EVENT_DATA } from './event-data.ts'
import { Commitment, Id, Time } from './fields.ts'

/** One entry of the ledger, version 1: one alternative per kind. */
export const EventSchema = Type.Union(EVENT_KINDS.map(eventOfKind), {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'https://custody.dev/schemas/event-v1.schema.json',
  title: 'Custody event, version 1',
  description:
    'RFC 8785 canonical JSON, at most 65,535 bytes; integers, strings, booleans, lists and objects only.',
})

function eventOfKind(kind: EventKind): TSchema {
  return Type.Object(
    {
      v: Type.Literal(1),
      id: Id('evt'),
      kind: Type.Literal(kind),
      at: Time,
      actor: Type.Union([Id('per'), Id('agt'), Id('svc'), Type.Literal('system')]),
      node: Type.String({ description: 'The server that recorded it.' }),
      data: Type.Object(EVENT_DATA[kind] ?? {}),
      run: Type.Optional(Id('run')),
      seq: Type.Optional(
        Type.Integer({ minimum: 0, description: "Counts the run's events from 0 without gaps." }),
      ),
      parts: Type.Optional(Type.Record(Type.String({ pattern: '^[a-z][a-zA-Z0-9-]*$' }), Commitment)),
    },
    { title: kind, additionalProperties: false },
  )
}
