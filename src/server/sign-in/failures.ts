import { defineFailures } from '../../kernel/index.ts'

export const signInFailures = defineFailures('sign-in', {
  'cross-site': {
    kind: 'forbidden',
    meaning:
      'A change that rests on a cookie must come from a page of this server; another site may have sent it.',
  },
  'address-unknown': {
    kind: 'invalid',
    meaning:
      'The server is reached under a name it does not know as its own; set `publicUrl` in custody.yaml.',
  },
  'not-offered': { kind: 'not-found', meaning: 'This server does not offer this way of signing in.' },
  stale: {
    kind: 'invalid',
    meaning: 'The sign-in took too long or was begun in another browser; begin again.',
  },
  denied: { kind: 'unauthenticated', meaning: 'The identity provider did not let the person in.' },
  untrusted: {
    kind: 'unauthenticated',
    meaning: 'The answer of the identity provider is not valid: signature, issuer, audience, time or nonce.',
  },
  'account-refused': {
    kind: 'forbidden',
    meaning: 'The account belongs to no active person here, and its address is not vouched for or not known.',
  },
  'too-many-codes': {
    kind: 'unavailable',
    meaning: 'Too many wrong codes were entered, or too many devices wait; try again in a few minutes.',
  },
})
