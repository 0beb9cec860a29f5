import { defineFailures } from '../../kernel/index.ts'

export const runFailures = defineFailures('run', {
  unknown: { kind: 'not-found', meaning: 'No run has this id (or this commit); `custody runs` lists them.' },
  closed: { kind: 'conflict', meaning: 'The run has ended and takes no further events.' },
  'not-sponsor': {
    kind: 'forbidden',
    meaning: 'Only the person who opened a run may add to it or close it.',
  },
  'bad-observation': {
    kind: 'invalid',
    meaning: 'The observation is not one that a recorder may add to a run, or is malformed.',
  },
})
