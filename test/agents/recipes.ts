/** The agents with an adapter of their own, which the matrix and the demo can run. */
export type NamedAgent = 'claude-code' | 'codex' | 'opencode' | 'gemini'

/** How an agent is run without a person: which package, and the command line for a scratch repository. */
export interface Recipe {
  readonly kind: NamedAgent
  readonly title: string
  readonly package: string
  readonly version: string
  /** The program below `node_modules`; `node` runs it where it is JavaScript. */
  readonly program: string
  readonly model: string
  readonly vendor: 'anthropic' | 'openai' | 'gemini'
  /** Program arguments; the model is pinned and commands are permitted, so use it in a scratch repository only. */
  readonly arguments: (task: string) => readonly string[]
}

export const RECIPES: Readonly<Record<NamedAgent, Recipe>> = {
  'claude-code': {
    kind: 'claude-code',
    title: 'Claude Code',
    package: '@anthropic-ai/claude-code',
    version: '2.1.330',
    program: '@anthropic-ai/claude-code-linux-x64/claude',
    model: 'claude-sonnet-4-5',
    vendor: 'anthropic',
    arguments: (task) => [
      ...['-p', task, '--model', 'claude-sonnet-4-5', '--output-format', 'json'],
      ...['--permission-mode', 'acceptEdits'],
      ...['--allowedTools', 'Bash(git *)', 'Bash(node *)', 'Bash(npm *)', 'Edit', 'Write'],
    ],
  },
  codex: {
    kind: 'codex',
    title: 'Codex',
    package: '@openai/codex',
    version: '0.169.0',
    program: '@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex',
    model: 'gpt-5.5',
    vendor: 'openai',
    arguments: (task) => [
      ...['exec', '--json', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox'],
      ...['--model', 'gpt-5.5', task],
    ],
  },
  opencode: {
    kind: 'opencode',
    title: 'opencode',
    package: 'opencode-ai',
    version: '1.18.33',
    program: 'opencode-linux-x64/bin/opencode',
    model: 'claude-sonnet-4-5',
    vendor: 'anthropic',
    arguments: (task) => ['run', '--format', 'json', '--model', 'anthropic/claude-sonnet-4-5', task],
  },
  gemini: {
    kind: 'gemini',
    title: 'Gemini CLI',
    package: '@google/gemini-cli',
    version: '0.61.0',
    program: '@google/gemini-cli/bundle/gemini.js',
    model: 'gemini-2.5-pro',
    vendor: 'gemini',
    arguments: (task) => [
      ...['-p', task, '--model', 'gemini-2.5-pro', '--approval-mode', 'yolo', '--output-format', 'json'],
    ],
  },
}
