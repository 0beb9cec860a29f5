import { defineFailures } from '../../kernel/index.ts'

export const ledgerFailures = defineFailures('ledger', {
  'entry-too-large': {
    kind: 'too-large',
    meaning: 'An entry may have at most 65,535 bytes; put bodies into parts.',
  },
  'run-sealed': { kind: 'conflict', meaning: 'The run is closed; nothing can be added to it.' },
  'run-unknown': { kind: 'not-found', meaning: 'Events of a run must begin with `run.opened`.' },
  contradicts: {
    kind: 'conflict',
    meaning:
      'What is to be written contradicts what is stored (the same id or name twice); nothing of it was stored.',
  },
  'disk-full': {
    kind: 'unavailable',
    meaning: 'The disk is full, so nothing can be recorded and calls are refused; free space and try again.',
  },
  unreachable: {
    kind: 'unavailable',
    meaning:
      'The database cannot be reached, so nothing can be recorded and calls are refused. Whether the last ones were stored is not known; the same event sent again is stored once.',
  },
  stopped: {
    kind: 'unavailable',
    meaning:
      'The ledger stopped after a failed write; restart the server, which recovers or says why it cannot.',
  },
  overloaded: { kind: 'unavailable', meaning: 'Too many appends are waiting; try again in a moment.' },
  contradiction: {
    kind: 'unverified',
    meaning:
      'The signed journal and the entries disagree (restored backup, foreign files or tampering); the server refuses to start.',
  },
  'publishing-stopped': {
    kind: 'unavailable',
    meaning:
      'The published log is not kept up any more since a file could not be written or is not its own; recording goes on. Mend what the message names and restart the server.',
  },
  'not-published': { kind: 'not-found', meaning: 'The published log has no such file.' },
  'size-unknown': {
    kind: 'not-found',
    meaning: 'A proof was asked for an entry or a size that the ledger does not have.',
  },
  'key-missing': {
    kind: 'not-found',
    meaning: 'A key file of the data directory is missing or is not the right kind of key.',
  },
  'key-exposed': {
    kind: 'invalid',
    meaning: 'A key file of the data directory can be read by other users.',
  },
  'key-unknown': {
    kind: 'not-found',
    meaning: 'The ledger has no such key that counts, or the configuration names no such key service.',
  },
  'last-key': {
    kind: 'conflict',
    meaning: 'The only key that counts for its use cannot be revoked; bring in another one first.',
  },
  'rotation-open': {
    kind: 'conflict',
    meaning: 'Two keys of this use count already; revoke the older one before bringing in another.',
  },
  'signer-unavailable': {
    kind: 'unavailable',
    meaning:
      'A key service gives no signature; recording goes on, and checkpoints and execution records wait for it.',
  },
})
