import { defineFailures } from '../kernel/index.ts'

export const cliFailures = defineFailures('cli', {
  'not-initialised': {
    kind: 'unauthenticated',
    meaning: 'This user has no session for the data directory; run `custody init`.',
  },
  'server-unreachable': { kind: 'unavailable', meaning: 'The running server does not answer.' },
  'server-answer': {
    kind: 'failed',
    meaning: 'The server answered something this version does not understand.',
  },
  'option-invalid': {
    kind: 'invalid',
    meaning: 'An option has a value it does not take; the message says which.',
  },
  'file-unreadable': { kind: 'not-found', meaning: 'A file named on the command line cannot be read.' },
  'file-unwritable': { kind: 'invalid', meaning: 'The output file cannot be written.' },
  'evidence-ambiguous': { kind: 'invalid', meaning: 'Several runs made this commit; name the run.' },
  'evidence-unknown': { kind: 'not-found', meaning: 'No recorded run has this id or made this commit.' },
})
