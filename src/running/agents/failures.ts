import { defineFailures } from '../../kernel/index.ts'

export const agentFailures = defineFailures('agents', {
  'unknown-kind': { kind: 'invalid', meaning: 'The named kind of agent does not exist.' },
  'no-command': { kind: 'invalid', meaning: 'A run was asked for without a command to start.' },
  'bad-settings': { kind: 'invalid', meaning: "One of the agent's own settings files cannot be read." },
})
