import { defineFailures } from '../../kernel/index.ts'

export const retentionFailures = defineFailures('retention', {
  held: {
    kind: 'refused',
    meaning: 'A legal hold covers it, so nothing of it is erased; `custody hold list` shows the hold.',
  },
  'run-open': { kind: 'conflict', meaning: 'The run has not ended; only what is complete can be erased.' },
  'subject-unknown': { kind: 'not-found', meaning: 'There is no such part, run, workflow or person.' },
  'not-erasable': {
    kind: 'refused',
    meaning: 'Signed records hold no bodies and no personal data, and stay; they are what proves the rest.',
  },
  'own-request': {
    kind: 'forbidden',
    meaning: 'Whoever asked for an erasure cannot approve it; another active person must.',
  },
  'request-unknown': { kind: 'not-found', meaning: 'Nobody asked for this erasure.' },
  'last-person': {
    kind: 'conflict',
    meaning: 'The only active person cannot be erased: nobody could sign in any more.',
  },
  'hold-unknown': { kind: 'not-found', meaning: 'There is no such legal hold.' },
})
