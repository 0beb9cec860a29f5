import { defineFailures } from './failure.ts'

export const canonicalFailures = defineFailures('canonical', {
  unrepresentable: {
    kind: 'failed',
    meaning:
      'A value cannot stand in a record: records hold strings, integers, booleans, lists and plain objects.',
  },
})
