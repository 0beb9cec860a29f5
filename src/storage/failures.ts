import { defineFailures } from '../kernel/index.ts'

export const storageFailures = defineFailures('storage', {
  'data-directory-missing': {
    kind: 'not-found',
    meaning: 'The data directory does not exist or holds no Custody data; run `custody init` first.',
  },
  'data-directory-not-writable': {
    kind: 'invalid',
    meaning: 'The data directory cannot be written by this user.',
  },
  'data-directory-in-use': {
    kind: 'conflict',
    meaning: 'Another Custody server has this data directory open; only one may write it.',
  },
  'database-newer': {
    kind: 'conflict',
    meaning: 'A newer version of Custody has used this database; this version does not know its schema.',
  },
})
