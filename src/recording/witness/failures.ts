import { defineFailures } from '../../kernel/index.ts'

export const witnessFailures = defineFailures('witness', {
  'policy-unreadable': { kind: 'not-found', meaning: 'The witness policy file cannot be read.' },
  'policy-invalid': {
    kind: 'invalid',
    meaning: 'The witness policy file breaks the rules of C2SP tlog-policy.',
  },
  'policy-without-log': {
    kind: 'invalid',
    meaning: 'The witness policy names logs, and the key of this ledger is not among them.',
  },
  'not-witnessed': {
    kind: 'refused',
    meaning:
      'The workflow demands that witnesses have seen the log lately, and no quorum has; mend the witnesses or wait.',
  },
  'key-missing': { kind: 'not-found', meaning: 'The key of the witness is missing or is not a witness key.' },
  'key-exists': { kind: 'conflict', meaning: 'The directory holds a witness key already.' },
  'state-damaged': {
    kind: 'unverified',
    meaning:
      'What the witness remembers of a log cannot be read, so it does not start: it could sign a fork.',
  },
})
