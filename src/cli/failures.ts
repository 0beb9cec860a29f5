import { defineFailures } from '../kernel/index.ts'

export const cliFailures = defineFailures('cli', {
  usage: { kind: 'invalid', meaning: 'The command line cannot be read; the message says which word of it.' },
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
  'no-workflows': {
    kind: 'not-found',
    meaning: 'There is no workflow file to check in the data directory.',
  },
  'log-differs': {
    kind: 'unverified',
    meaning: 'The directory holds another log or other files, so nothing was added to it.',
  },
  'run-ambiguous': { kind: 'invalid', meaning: 'Several runs made this commit; name the run.' },
  'person-unknown': { kind: 'not-found', meaning: 'No person has this id or address.' },
  'run-unknown': { kind: 'not-found', meaning: 'No recorded run has this id or made this commit.' },
  system: {
    kind: 'failed',
    meaning: 'The operating system refused something; the message says what and its code.',
  },
  unexpected: {
    kind: 'failed',
    meaning: 'A defect of the command line; `CUSTODY_DEBUG=1` shows where.',
  },
})
