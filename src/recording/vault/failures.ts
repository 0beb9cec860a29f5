import { defineFailures } from '../../kernel/index.ts'

export const vaultFailures = defineFailures('vault', {
  'part-unknown': { kind: 'not-found', meaning: 'No event has a part of this name.' },
  'part-erased': {
    kind: 'not-found',
    meaning: 'The part was erased; the message names the entry of the ledger that says by whom and why.',
  },
  'part-missing': {
    kind: 'unverified',
    meaning: 'A part that an event commits to is not in the vault, and no erasure explains it.',
  },
  'part-damaged': {
    kind: 'unverified',
    meaning: 'A part does not decrypt, or is not what its event commits to.',
  },
  'key-missing': {
    kind: 'not-found',
    meaning: 'The vault key file is missing or malformed; restore it from your backup of the keys.',
  },
})
