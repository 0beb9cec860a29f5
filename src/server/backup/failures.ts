import { defineFailures } from '../../kernel/index.ts'

export const backupFailures = defineFailures('backup', {
  'target-not-empty': { kind: 'conflict', meaning: 'A backup is written into a new or empty directory.' },
  'not-a-backup': {
    kind: 'invalid',
    meaning: 'The directory holds no whole backup: one that was interrupted lacks its backup.json.',
  },
  damaged: {
    kind: 'unverified',
    meaning: 'A file of the backup is missing, or it or the ledger in it is not what was backed up.',
  },
  older: {
    kind: 'unverified',
    meaning: 'The backup lacks entries that the checkpoint covers; restoring it would lose them.',
  },
  differs: {
    kind: 'unverified',
    meaning: 'The entries of the backup are not those that the checkpoint was signed over.',
  },
  'keys-missing': {
    kind: 'not-found',
    meaning: 'The backup was made without keys, and a restored installation cannot do without them.',
  },
})
