import { defineFailures } from '../../kernel/index.ts'

export const oidcFailures = defineFailures('oidc', {
  'provider-unavailable': {
    kind: 'unavailable',
    meaning:
      'The identity provider does not answer, or answers nothing usable; try again, or check `identity.oidc`.',
  },
})
