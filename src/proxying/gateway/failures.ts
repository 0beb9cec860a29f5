import { defineFailures } from '../../kernel/index.ts'

export const gatewayFailures = defineFailures('gateway', {
  'no-credential': {
    kind: 'unauthenticated',
    meaning: 'The call carries no run token; start the agent with `custody run`.',
  },
  'unknown-token': { kind: 'refused', meaning: 'The credential is not a run token of this server.' },
  'token-expired': { kind: 'refused', meaning: 'The run token has expired; start a new run.' },
  'sponsor-inactive': {
    kind: 'refused',
    meaning: 'The person who answers for the run is no longer active here, so the run was stopped.',
  },
  'sponsor-not-permitted': {
    kind: 'refused',
    meaning: 'The person who answers for the run may no longer sponsor runs of its workflow.',
  },
  'run-stopped': { kind: 'refused', meaning: 'Somebody stopped the run; start a new one.' },
  'run-ended': { kind: 'refused', meaning: 'The run this token belongs to has ended; start a new run.' },
  'endpoint-unknown': {
    kind: 'not-found',
    meaning: 'The gateway does not serve this path; nothing was sent.',
  },
  'body-too-large': { kind: 'too-large', meaning: 'The request body is larger than `gateway.maxBody`.' },
  'body-encoded': {
    kind: 'invalid',
    meaning: 'The request body is compressed; send it plain so that it can be recorded.',
  },
  'body-invalid': { kind: 'invalid', meaning: 'The request body is not a JSON object.' },
  'upstream-not-configured': {
    kind: 'refused',
    meaning: 'No key is configured for this vendor; set `gateway.upstreams.<vendor>.key` in custody.yaml.',
  },
  'upstream-unreachable': {
    kind: 'failed',
    meaning: 'The vendor could not be reached or broke off the connection.',
  },
  'upstream-timeout': { kind: 'failed', meaning: 'The vendor did not answer in time.' },
  'not-recorded': { kind: 'unavailable', meaning: 'The call could not be recorded, so it was refused.' },
  'upgrade-refused': {
    kind: 'invalid',
    meaning: 'WebSockets are not served; the client falls back to plain requests.',
  },
})

export type GatewayCode = keyof typeof gatewayFailures.codes
