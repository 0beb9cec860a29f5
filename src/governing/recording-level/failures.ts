import { defineFailures } from '../../kernel/index.ts'

export const recordingLevelFailures = defineFailures('recording-level', {
  lowered: {
    kind: 'refused',
    meaning:
      'The workflow would record less than before, or keep it shorter; two persons must agree to that.',
  },
  'not-lowered': {
    kind: 'conflict',
    meaning: 'The workflow records no less than before; nobody needs to agree.',
  },
  'not-asked': { kind: 'not-found', meaning: 'Nobody asked that this version of the workflow records less.' },
  'own-request': { kind: 'forbidden', meaning: 'Another active person than the one who asked must agree.' },
})
