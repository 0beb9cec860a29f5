import { defineFailures } from '../../../kernel/index.ts'

export const skeletonFailures = defineFailures('skeleton', {
  unreadable: {
    kind: 'unverified',
    meaning: 'The stored skeleton of a request body is not one Custody wrote.',
  },
})
