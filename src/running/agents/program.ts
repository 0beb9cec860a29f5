import { basename } from 'node:path'

/** Programs that start another program named in their arguments. */
const RUNNERS = ['node', 'npx', 'bunx', 'bun', 'pnpm', 'yarn', 'env']
const RUNNER_WORDS = ['dlx', 'exec', 'x', 'run']

/** Where in a command the agent itself stands: behind `node`, `npx -y` and their like. */
export function programIndex(command: readonly string[]): number {
  let index = 0
  while (RUNNERS.includes(programName(command[index] ?? ''))) {
    const next = command.findIndex((word, at) => at > index && !isRunnerArgument(word))
    if (next === -1) return index
    index = next
  }
  return index
}

/** The name of a program or package, without folder, scope's version and script ending. */
export function programName(word: string): string {
  const unversioned = word.replace(/(?<=[^/])@[\w.^~-]+$/, '')
  return PACKAGES[unversioned] ?? basename(unversioned).replace(/\.(js|mjs|cjs|exe|cmd)$/, '')
}

const PACKAGES: Readonly<Record<string, string>> = {
  '@anthropic-ai/claude-code': 'claude',
  '@openai/codex': 'codex',
  'opencode-ai': 'opencode',
  '@google/gemini-cli': 'gemini',
}

/** The command with words inserted right behind the agent's program. */
export function withArguments(command: readonly string[], inserted: readonly string[]): readonly string[] {
  const behind = programIndex(command) + 1
  return [...command.slice(0, behind), ...inserted, ...command.slice(behind)]
}

function isRunnerArgument(word: string): boolean {
  return word.startsWith('-') || /^\w+=/.test(word) || RUNNER_WORDS.includes(word)
}
