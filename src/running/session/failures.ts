import { defineFailures } from '../../kernel/index.ts'

export const sessionFailures = defineFailures('session', {
  'no-repository': { kind: 'invalid', meaning: 'A run was asked for without naming a repository.' },
  'no-such-directory': { kind: 'not-found', meaning: 'A repository was named that is not a directory.' },
  'not-a-repository': { kind: 'invalid', meaning: 'A directory was named that is not in a git repository.' },
  'bare-repository': { kind: 'invalid', meaning: 'A bare repository was named; an agent needs a work tree.' },
  'command-not-found': { kind: 'not-found', meaning: 'The agent to run was not found on the PATH.' },
  'command-not-started': { kind: 'failed', meaning: 'The operating system refused to start the agent.' },
  interrupted: { kind: 'failed', meaning: 'The run was interrupted before its agent was started.' },
})
