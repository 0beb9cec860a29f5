import { defineFailures } from '../kernel/index.ts'

export const serverFailures = defineFailures('server', {
  'port-in-use': {
    kind: 'conflict',
    meaning: 'Something else listens on the address; choose another with --listen.',
  },
  'address-refused': {
    kind: 'invalid',
    meaning: 'The address cannot be listened on by this machine or user.',
  },
  'disk-full': {
    kind: 'unavailable',
    meaning: 'The disk of the data directory is full; free space and try again.',
  },
  'request-invalid': { kind: 'invalid', meaning: 'The request does not have the shape this route takes.' },
  'request-too-large': { kind: 'too-large', meaning: 'The request is larger than this route takes.' },
  'erasure-unknown': {
    kind: 'not-found',
    meaning: 'No entry of the ledger with this index erased anything.',
  },
  'route-unknown': { kind: 'not-found', meaning: 'The API has no such route.' },
  unexpected: {
    kind: 'failed',
    meaning: 'A defect of the server; its log has the details under the request id.',
  },
  'already-initialised': { kind: 'conflict', meaning: 'The directory holds a Custody installation already.' },
})
