import { defineFailures } from '../../kernel/index.ts'

export const configFailures = defineFailures('config', {
  unreadable: { kind: 'unavailable', meaning: 'custody.yaml is missing or cannot be read.' },
  invalid: { kind: 'invalid', meaning: 'custody.yaml breaks the rules of the configuration.' },
  'unusable-secret': {
    kind: 'invalid',
    meaning: 'A secret that custody.yaml refers to holds line breaks or characters that no key has.',
  },
})
