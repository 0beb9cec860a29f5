import { Type } from 'typebox'
import type { KeyStatus } from '../../recording/ledger/index.ts'
import type { Services } from '../composition.ts'
import { defineRoute } from '../route.ts'

const Use = Type.Enum(['log', 'statements'])

/** The keys of the ledger. Which they are, everybody may know; the published log says the same. */
export const keyRoutes = [
  defineRoute({
    method: 'GET',
    path: '/v1/keys',
    permission: 'public',
    summary: 'The keys of the ledger, and what the log says about them',
    schemas: {},
    answer: {
      meaning:
        '`{keys: [{use, keyId, vkey, from, until, reason}], history: [{index, entry}]}`: a key counts after entry `from` (-1: from the beginning) and before entry `until`; entries in base64',
    },
    handle: async ({ services }) => ({
      json: { keys: services.keys.list().map(shown), history: await history(services) },
    }),
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/keys/rotate',
    permission: 'key.change',
    summary: 'Bring in a new key beside the old one',
    schemas: {
      body: Type.Object(
        {
          use: Use,
          service: Type.Optional(
            Type.String({ minLength: 1, maxLength: 64, description: 'A key service of the configuration.' }),
          ),
        },
        { additionalProperties: false },
      ),
    },
    answer: { meaning: 'The new key, as in `/v1/keys`. The old one counts on until it is revoked.' },
    failures: [
      'ledger.rotation-open',
      'ledger.key-unknown',
      'ledger.signer-unavailable',
      'ledger.key-missing',
    ],
    handle: async ({ body: { use, service }, person, services }) => {
      const by = { actor: person.id, ...(service === undefined ? {} : { service }) }
      return { json: shown(await services.keys.rotate(use, by)) }
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/keys/revoke',
    permission: 'key.change',
    summary: 'End a key; what it signed before stays good',
    schemas: {
      body: Type.Object(
        {
          key: Type.String({ pattern: '^[0-9a-f]{8,64}$', description: 'Its id, or the beginning of it.' }),
          reason: Type.Enum(['retired', 'compromised']),
        },
        { additionalProperties: false },
      ),
    },
    answer: { meaning: 'The key, as in `/v1/keys`.' },
    failures: ['ledger.key-unknown', 'ledger.last-key'],
    handle: async ({ body: { key, reason }, person, services }) => ({
      json: shown(await services.keys.revoke(key, { actor: person.id, reason })),
    }),
  }),
]

function shown({ use, keyId, vkey, from, until, reason }: KeyStatus) {
  return {
    ...{ use, keyId, from },
    ...(vkey === undefined ? {} : { vkey }),
    ...(Number.isFinite(until) ? { until } : {}),
    ...(reason === undefined ? {} : { reason }),
  }
}

async function history({ ledger, keys }: Services): Promise<readonly { index: number; entry: string }[]> {
  const found = await Promise.all(keys.history.map(({ index }) => ledger.entry(index)))
  return found.flatMap((entry) =>
    entry === undefined ? [] : [{ index: entry.index, entry: Buffer.from(entry.body).toString('base64') }],
  )
}
