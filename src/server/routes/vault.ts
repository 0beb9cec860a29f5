import { Type } from 'typebox'
import {
  ERASURE_REASONS,
  ERASURE_SCOPES,
  erasuresBefore,
  HOLD_SCOPES,
  openRequests,
  type RetentionTables,
} from '../../recording/retention/index.ts'
import type { RunTables } from '../../recording/runs/index.ts'
import type { VaultTables } from '../../recording/vault/index.ts'
import { eventInPath, runInPath } from '../call-target.ts'
import { deletionRecord, told } from '../deletion-record.ts'
import { partBody, partProof } from '../part-disclosure.ts'
import { partsOfRun } from '../part-list.ts'
import { personNamed } from '../person-named.ts'
import { defineRoute } from '../route.ts'
import { usageByWorkflow } from '../usage.ts'

const Event = Type.String({ pattern: '^evt_[0-9A-Z]{26}$' })
const PartParams = Type.Object({ event: Event, name: Type.String({ pattern: '^[a-z][a-zA-Z0-9-]{0,63}$' }) })
const Entry = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const Words = Type.String({ minLength: 1, maxLength: 10_000 })
const OPENING = ['vault.part-unknown', 'vault.part-erased', 'vault.part-missing', 'vault.part-damaged']
const ERASING = ['retention.held', 'retention.run-open', 'retention.subject-unknown', 'run.unknown']

const partRoutes = [
  defineRoute({
    method: 'GET',
    path: '/v1/runs/:run/parts',
    permission: 'run.read',
    scope: runInPath,
    summary: 'The parts of a run, and which entry erased those that are gone',
    schemas: { params: Type.Object({ run: Type.String({ pattern: '^run_[0-9A-Z]{26}$' }) }) },
    answer: { meaning: '`{parts: [{event, seq, kind, name, type, bytes, erasedBy}]}`' },
    failures: ['run.unknown'],
    handle: async ({ params, services }) => ({ json: { parts: await partsOfRun(services, params.run) } }),
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/parts/:event/:name',
    permission: 'part.read',
    scope: eventInPath,
    summary: 'The body of one part',
    schemas: { params: PartParams },
    answer: { type: 'application/octet-stream', meaning: 'The body, byte for byte.' },
    failures: OPENING,
    handle: ({ params, person, services }) => partBody(services, params, person),
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/parts/:event/:name/proof',
    permission: 'part.read',
    scope: eventInPath,
    summary:
      'What proves the body of one part offline: its salt, its event and that event’s place in the log',
    schemas: { params: PartParams },
    answer: { meaning: '`{v, event, name, type, bytes, salt, entry, proof}`' },
    failures: OPENING,
    handle: async ({ params, person, services }) => ({ json: await partProof(services, params, person) }),
  }),
]

const checkRoute = defineRoute({
  method: 'GET',
  path: '/v1/parts/check',
  permission: 'retention.read',
  summary: 'Look whether the parts of some entries are there, or were erased by an entry of the log',
  schemas: { query: Type.Object({ from: Type.Optional(Entry) }) },
  answer: {
    meaning: '`{parts, broken: [{event, name, problem}], next}`; `next` is the `from` of the next page',
  },
  handle: async ({ query, services: { vault, ledger } }) => ({
    json: await vault.check(ledger, { from: query.from ?? 0, limit: 1000 }),
  }),
})

const erasureRoutes = [
  defineRoute({
    method: 'POST',
    path: '/v1/erasures',
    permission: 'erasure.ask',
    summary: 'Ask for an erasure; where nobody else could approve it, erase',
    schemas: {
      body: Type.Object(
        {
          scope: Type.Enum([...ERASURE_SCOPES]),
          subject: Type.String({
            minLength: 1,
            maxLength: 400,
            description: 'EVENT/NAME of a part, the id of a run, or the id or address of a person',
          }),
          reason: Type.Enum([...ERASURE_REASONS]),
          note: Words,
        },
        { additionalProperties: false },
      ),
    },
    answer: {
      meaning: '`{state: "requested", request}` or `{state: "erased", request, entries, parts, bytes}`',
    },
    failures: [...ERASING, 'retention.not-erasable', 'retention.last-person', 'vault.part-unknown'],
    handle: async ({ body, person, services }) => {
      const subject = body.scope === 'person' ? await personNamed(services, body.subject) : body.subject
      return { json: await services.forgetting.erasures.ask(person.id, { ...body, subject }) }
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/erasures/:request/approve',
    permission: 'erasure.approve',
    summary: 'Approve an erasure that another person asked for, and erase',
    schemas: { params: Type.Object({ request: Event }) },
    answer: { meaning: '`{state: "erased", request, entries, parts, bytes}`' },
    failures: [...ERASING, 'retention.own-request', 'retention.request-unknown'],
    handle: async ({ params, person, services }) => ({
      json: await services.forgetting.erasures.approve(person.id, params.request),
    }),
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/erasures',
    permission: 'hold.read',
    summary: 'What was erased, newest first, and what waits for approval',
    schemas: {
      query: Type.Object({
        before: Type.Optional(Entry),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 50 })),
      }),
    },
    answer: { meaning: '`{erasures: […], requests: […], next}`; `next` is the `before` of the next page' },
    handle: async ({ query, services }) => {
      const reader = services.database.reader<RetentionTables>()
      const limit = query.limit ?? 50
      const erasures = await erasuresBefore(reader, query.before, limit)
      const requests = await openRequests(reader)
      const next = erasures.length === limit ? erasures.at(-1)?.entry : undefined
      return { json: { erasures: erasures.map(told), requests, next } }
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/erasures/:entry/record',
    permission: 'hold.read',
    summary: 'The signed record of an erasure',
    schemas: { params: Type.Object({ entry: Entry }) },
    answer: { meaning: 'The erasure with `attestation` (index of the log entry) and `envelope` (DSSE)' },
    failures: ['server.erasure-unknown'],
    handle: async ({ params, services }) => ({ json: await deletionRecord(services, params.entry) }),
  }),
]

const holdRoutes = [
  defineRoute({
    method: 'POST',
    path: '/v1/holds',
    permission: 'hold.change',
    summary: 'Place a legal hold',
    schemas: {
      body: Type.Object(
        {
          scope: Type.Enum([...HOLD_SCOPES]),
          subject: Type.Optional(Type.String({ minLength: 1, maxLength: 400 })),
          reason: Words,
        },
        { additionalProperties: false },
      ),
    },
    answer: { status: 201, meaning: 'The hold; its id is `event`.' },
    failures: ['retention.subject-unknown', 'run.unknown'],
    handle: async ({ body, person, services }) => {
      const { scope, reason } = body
      const subject = scope === 'person' ? await personNamed(services, body.subject ?? '') : body.subject
      const wish = { scope, reason, ...(subject === undefined ? {} : { subject }) }
      return { status: 201, json: await services.forgetting.holds.place(person.id, wish) }
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/holds/:hold/lift',
    permission: 'hold.change',
    summary: 'Lift a legal hold; what it delayed may expire again',
    schemas: {
      params: Type.Object({ hold: Event }),
      body: Type.Object({ reason: Words }, { additionalProperties: false }),
    },
    answer: { meaning: 'The hold.' },
    failures: ['retention.hold-unknown'],
    handle: async ({ params, body, person, services }) => ({
      json: await services.forgetting.holds.lift(person.id, params.hold, body.reason),
    }),
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/holds',
    permission: 'hold.read',
    summary: 'Legal holds, newest first, lifted ones as well',
    schemas: {},
    answer: { meaning: '`{holds: […]}`' },
    handle: async ({ services }) => ({ json: { holds: await services.forgetting.holds.list() } }),
  }),
]

const retentionRoutes = [
  defineRoute({
    method: 'POST',
    path: '/v1/retention/sweep',
    permission: 'retention.sweep',
    summary: 'Erase now what has expired; the server does it by itself every hour',
    schemas: {
      body: Type.Object(
        {
          confirmClock: Type.Optional(
            Type.Boolean({ description: 'the clock is right although it jumped ahead' }),
          ),
        },
        { additionalProperties: false },
      ),
    },
    answer: { meaning: '`{at, clock, runs, parts, bytes, entries, held, keys}`' },
    handle: async ({ body, services }) => ({
      json: await services.forgetting.sweep({ confirmClock: body.confirmClock === true }),
    }),
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/usage',
    permission: 'retention.read',
    summary: 'What the records of each workflow take',
    schemas: {},
    answer: {
      meaning: '`{workflows: [{workflow, runs, erasedRuns, parts, rawBytes, partBytes, storedBytes}]}`',
    },
    handle: async ({ services }) => ({
      json: { workflows: await usageByWorkflow(services.database.reader<RunTables & VaultTables>()) },
    }),
  }),
]

/** Single parts, erasing, legal holds and retention. */
export const vaultRoutes = [checkRoute, ...partRoutes, ...erasureRoutes, ...holdRoutes, ...retentionRoutes]
