import { defineFailures } from '../../kernel/index.ts'

export const loginFailures = defineFailures('login', {
  'server-missing': { kind: 'invalid', meaning: 'No server was named, and none was signed in to before.' },
  'server-insecure': {
    kind: 'invalid',
    meaning: 'A server elsewhere is spoken to over https only, since a secret is sent to it.',
  },
  'server-answer': {
    kind: 'unavailable',
    meaning: 'The server does not answer, or not as a Custody server that persons can sign in to.',
  },
  denied: { kind: 'unauthenticated', meaning: 'The person at the browser did not allow it.' },
  expired: { kind: 'unavailable', meaning: 'Nobody decided in time; sign in again.' },
})
