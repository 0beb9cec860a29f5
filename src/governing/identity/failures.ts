import { defineFailures } from '../../kernel/index.ts'

export const identityFailures = defineFailures('identity', {
  'not-signed-in': {
    kind: 'unauthenticated',
    meaning: 'The request carries no valid session; run `custody init` or `custody login`.',
  },
  'run-token-here': {
    kind: 'unauthenticated',
    meaning: 'A run token opens the gateway, MCP and hooks only; this route is for persons and integrations.',
  },
  'not-permitted': {
    kind: 'forbidden',
    meaning: 'No role of the caller permits this here; docs/permissions.md says which would.',
  },
  'parts-withheld': {
    kind: 'forbidden',
    meaning: 'Bodies are shown to those who may read parts; an administrator can grant it for a time.',
  },
  'person-malformed': { kind: 'invalid', meaning: "A person is written as 'Name <email@example.com>'." },
  'person-unknown': {
    kind: 'not-found',
    meaning: 'There is no such person; `custody persons list` lists them.',
  },
  'person-inactive': { kind: 'conflict', meaning: 'The person is deactivated or was merged into another.' },
  'owner-inactive': {
    kind: 'refused',
    meaning:
      'Nobody is accountable for the workflow: its owner was deactivated. Name another one in its file.',
  },
  'email-taken': { kind: 'conflict', meaning: 'The e-mail address belongs to another person already.' },
  'account-taken': {
    kind: 'conflict',
    meaning: 'The external account belongs to another person; unlink it there, or merge the two persons.',
  },
  'same-person': { kind: 'invalid', meaning: 'A person cannot be merged into itself.' },
  'team-unknown': { kind: 'not-found', meaning: 'There is no such team; `custody teams list` lists them.' },
  'team-name-taken': { kind: 'conflict', meaning: 'Another team has this name.' },
  'service-unknown': { kind: 'not-found', meaning: 'There is no such service account.' },
  'service-name-taken': { kind: 'conflict', meaning: 'Another service account has this name.' },
  'token-unknown': { kind: 'not-found', meaning: 'There is no such token.' },
  'session-unknown': { kind: 'not-found', meaning: 'There is no such session; it has ended, or never was.' },
  'scope-malformed': {
    kind: 'invalid',
    meaning: 'A scope is organisation, team:ID, workflow:NAME or, for a disclosure, run:ID.',
  },
  'role-not-for-holder': {
    kind: 'invalid',
    meaning:
      'A service account can never sponsor, own, approve or change anything, and a person is no integration.',
  },
  'last-administrator': {
    kind: 'conflict',
    meaning: 'Without an active administrator nobody could mend anything; make another one first.',
  },
  'disclosure-unknown': { kind: 'not-found', meaning: 'There is no such grant.' },
  'password-refused': {
    kind: 'invalid',
    meaning: 'A password has 12 to 1,024 characters and is not the address.',
  },
  'sign-in-refused': {
    kind: 'unauthenticated',
    meaning: 'Address and password do not go together, or there is no such account; which one is not said.',
  },
  'sign-in-locked': {
    kind: 'unavailable',
    meaning: 'Too many attempts failed; the message says how long to wait.',
  },
  'sign-in-busy': { kind: 'unavailable', meaning: 'Too many people sign in at once; try again in a moment.' },
  'link-invalid': {
    kind: 'unauthenticated',
    meaning: 'The link is unknown, was used or has expired; ask an administrator for another.',
  },
  'token-key-missing': {
    kind: 'not-found',
    meaning: 'The key of run tokens is missing or damaged; restore it from your backup of the keys.',
  },
})
