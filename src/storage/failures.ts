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
  'database-damaged': {
    kind: 'unverified',
    meaning:
      'The database file is missing, was cut short, is damaged or is no database; nothing was changed. Restore a backup.',
  },
  'database-address-malformed': {
    kind: 'invalid',
    meaning: 'The address of the database is not one of PostgreSQL.',
  },
  'database-unreachable': {
    kind: 'unavailable',
    meaning: 'PostgreSQL cannot be reached, or refuses the user; the message has its reason.',
  },
  'database-unsafe': {
    kind: 'conflict',
    meaning:
      'PostgreSQL is too old or is set up so that it may lose what it has acknowledged; Custody refuses to record there.',
  },
})
