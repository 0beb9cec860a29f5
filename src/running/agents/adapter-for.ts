import { AGENT_KINDS, type AgentAdapter, type AgentKind } from './adapter.ts'
import { claudeCode } from './claude-code.ts'
import { codex } from './codex.ts'
import { agentFailures } from './failures.ts'
import { gemini } from './gemini.ts'
import { generic } from './generic.ts'
import { opencode } from './opencode.ts'
import { programIndex, programName } from './program.ts'

const ADAPTERS: Readonly<Record<AgentKind, AgentAdapter>> = {
  'claude-code': claudeCode,
  codex,
  opencode,
  gemini,
  generic,
}

const KIND_OF_PROGRAM: Readonly<Record<string, AgentKind>> = {
  claude: 'claude-code',
  codex: 'codex',
  opencode: 'opencode',
  gemini: 'gemini',
}

/**
 * The adapter of the named kind, or else of the program the command starts (`node gemini.js`, `npx @openai/codex`
 * included); `generic` when the program is not known. Throws `agents.unknown-kind` and `agents.no-command`.
 */
export function adapterFor(kind: string | undefined, command: readonly string[]): AgentAdapter {
  if (command.length === 0) {
    throw agentFailures.create(
      'no-command',
      'Name the command to run behind "--", for instance: -- claude -p "task".',
    )
  }
  if (kind === undefined) {
    const program = programName(command[programIndex(command)] ?? '')
    return ADAPTERS[
      Object.hasOwn(KIND_OF_PROGRAM, program) ? (KIND_OF_PROGRAM[program] ?? 'generic') : 'generic'
    ]
  }
  const known = AGENT_KINDS.find((candidate) => candidate === kind)
  if (known !== undefined) return ADAPTERS[known]
  throw agentFailures.create(
    'unknown-kind',
    `There is no agent kind of that name; use one of ${AGENT_KINDS.join(', ')}.`,
  )
}
