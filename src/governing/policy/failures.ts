import { defineFailures } from '../../kernel/index.ts'

export const policyFailures = defineFailures('policy', {
  invalid: {
    kind: 'invalid',
    meaning: 'Policies do not parse or do not fit their schema; the problems are named one by one.',
  },
})
