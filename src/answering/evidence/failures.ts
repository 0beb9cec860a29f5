import { defineFailures } from '../../kernel/index.ts'

export const evidenceFailures = defineFailures('evidence', {
  'run-open': {
    kind: 'conflict',
    meaning: 'The run has not ended; evidence is about whole runs. Wait for its end.',
  },
  'record-missing': {
    kind: 'unavailable',
    meaning: 'The execution record of the run is not signed and logged yet; try again in a moment.',
  },
  'too-large': {
    kind: 'too-large',
    meaning: 'The run does not fit into one bundle of 1 GiB and 65,534 files; withhold its parts.',
  },
})
