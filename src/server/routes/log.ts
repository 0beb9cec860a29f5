import { Type } from 'typebox'
import { consistencyAnswer, inclusionAnswer } from '../log-proofs.ts'
import { publishedFile } from '../published-file.ts'
import { defineRoute } from '../route.ts'

const Size = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })

/** The published log, which is meant to be read by anybody and holds nothing personal, and proofs about it. */
export const logRoutes = [
  defineRoute({
    method: 'GET',
    path: '/log/checkpoint',
    permission: 'public',
    summary: 'The signed checkpoint of the published log',
    schemas: {},
    answer: { type: 'text/plain; charset=utf-8', meaning: 'A signed note (C2SP tlog-checkpoint).' },
    failures: ['ledger.not-published'],
    handle: ({ services }) => publishedFile(services, 'checkpoint'),
  }),
  defineRoute({
    method: 'GET',
    path: '/log/tile/*',
    permission: 'public',
    summary: 'A tile or entry bundle of the published log',
    schemas: { params: Type.Object({ '*': Type.String({ description: 'its path below tile/' }) }) },
    answer: { type: 'application/octet-stream', meaning: 'The file (C2SP tlog-tiles).' },
    failures: ['ledger.not-published'],
    handle: ({ params, services }) => publishedFile(services, `tile/${params['*']}`),
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/log/publish',
    permission: 'log.publish',
    summary: 'Publish everything recorded so far',
    schemas: {},
    answer: { meaning: '`{size}`: how many entries the published checkpoint covers' },
    failures: ['ledger.disk-full', 'ledger.publishing-stopped'],
    handle: async ({ services: { publisher } }) => {
      await publisher.publish()
      return { json: { size: publisher.state.size } }
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/log/proof/inclusion/:index',
    permission: 'log.read',
    summary: 'Proof that an entry is in the log',
    schemas: {
      params: Type.Object({ index: Size }),
      query: Type.Object({ size: Type.Optional(Size) }),
    },
    answer: {
      meaning: '`{index, size, leafHash, hashes, checkpoint}`: hashes in base64, leaf’s sibling first',
    },
    failures: ['ledger.size-unknown', 'ledger.disk-full', 'ledger.stopped'],
    handle: async ({ params, query, services }) => ({
      json: await inclusionAnswer(services.ledger, params.index, query.size),
    }),
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/log/proof/consistency',
    permission: 'log.read',
    summary: 'Proof that the log at one size is the beginning of the log at another',
    schemas: { query: Type.Object({ from: Size, to: Type.Optional(Size) }) },
    answer: { meaning: '`{from, to, hashes, checkpoint}`: hashes in base64' },
    failures: ['ledger.size-unknown', 'ledger.disk-full', 'ledger.stopped'],
    handle: async ({ query, services }) => ({
      json: await consistencyAnswer(services.ledger, query.from, query.to),
    }),
  }),
]
