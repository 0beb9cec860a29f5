import { defineFailures } from '../kernel/index.ts'

export const gitFailures = defineFailures('git', {
  'not-installed': { kind: 'unavailable', meaning: 'The git program was not found on the search path.' },
  'no-directory': { kind: 'not-found', meaning: 'The directory of a repository is not there any more.' },
  failed: { kind: 'failed', meaning: 'A git command ended with an error; the repository may be damaged.' },
  'timed-out': { kind: 'unavailable', meaning: 'A git command took longer than its time limit.' },
  'output-too-large': { kind: 'too-large', meaning: 'A git command printed more than its limit.' },
  'unexpected-output': { kind: 'failed', meaning: 'A git command printed something Custody cannot read.' },
})
