import { defineFailures } from '../../kernel/index.ts'

export const identityFailures = defineFailures('identity', {
  'not-signed-in': {
    kind: 'unauthenticated',
    meaning: 'The request carries no valid session; run `custody init` or `custody login`.',
  },
  'person-malformed': { kind: 'invalid', meaning: "A person is written as 'Name <email@example.com>'." },
})
