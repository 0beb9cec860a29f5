import { defineFailures } from '../../kernel/index.ts'

export const workflowFailures = defineFailures('workflow', {
  unknown: { kind: 'not-found', meaning: 'No workflow of this name is in the workflows folder.' },
  invalid: { kind: 'invalid', meaning: 'A workflow file breaks the rules of the one-page policy.' },
  unreadable: { kind: 'unavailable', meaning: 'The workflows folder or a file in it cannot be read.' },
})
