import type { Context } from './context.ts'

/** What a command gets from its line: the words that are no options, and the options by their camel-case names. */
export interface Given {
  readonly arguments: readonly string[]
  readonly options: Readonly<Record<string, unknown>>
}

/** Gives the exit code (DESIGN §8); what goes wrong is thrown. */
export type RunCommand = (context: Context, given: Given) => Promise<number>

/** One command. The parser, the help texts, `docs/cli.md` and the shell completions are made from these rows. */
export interface CommandRow {
  /** One word, or two for a command of a group: `workflow check`. */
  readonly name: string
  readonly summary: string
  readonly arguments: readonly ArgumentRow[]
  readonly options: readonly OptionRow[]
  /** What `--json` prints. */
  readonly json: string
  readonly example: string
  /** Loads the command's module when it is called: start-up stays quick whatever the others need. */
  readonly load: () => Promise<{ readonly run: RunCommand }>
}

export interface ArgumentRow {
  /** `<name>` must be there, `[name]` may; `...` takes all that are left. */
  readonly syntax: string
  readonly meaning: string
  readonly choices?: readonly string[]
}

export interface OptionRow {
  /** `--name <value>`. */
  readonly syntax: string
  readonly meaning: string
  readonly required?: true
  readonly repeatable?: true
  readonly choices?: readonly string[]
}

const DATA: OptionRow = {
  syntax: '--data <dir>',
  meaning: 'data directory (default: CUSTODY_DATA, then the one you made first)',
}

/** What the commands of a group are about. */
export const GROUPS: Readonly<Record<string, string>> = {
  log: 'the published log and its proofs',
  workflow: 'workflow files',
}

/** Understood by every command. */
export const GLOBAL_OPTIONS: readonly OptionRow[] = [
  { syntax: '--json', meaning: 'print one JSON document' },
  { syntax: '--quiet', meaning: 'print nothing but data and errors' },
]

export const COMMANDS: readonly CommandRow[] = [
  {
    name: 'init',
    summary: 'make a data directory, its keys and its first person, and sign that person in',
    arguments: [],
    options: [
      { syntax: '--person <person>', meaning: "the first person, as 'Name <email>'", required: true },
      DATA,
    ],
    json: '{data, person: {id, name, email}, vkey}',
    example: "custody init --person 'Ada Lovelace <ada@example.com>'",
    load: () => import('./commands/init.ts'),
  },
  {
    name: 'serve',
    summary: 'serve the API and the gateway until SIGINT or SIGTERM',
    arguments: [],
    options: [
      DATA,
      { syntax: '--listen <host:port>', meaning: 'where to listen (default: as configured, 127.0.0.1:4880)' },
      { syntax: '--config <file>', meaning: 'configuration file (default: DIR/custody.yaml)' },
    ],
    json: '{url, data, vendors: […]}, printed when it listens',
    example: 'custody serve --listen 127.0.0.1:4880',
    load: () => import('./commands/serve.ts'),
  },
  {
    name: 'whoami',
    summary: 'show who you are signed in as',
    arguments: [],
    options: [DATA],
    json: '{id, name, email}',
    example: 'custody whoami',
    load: () => import('./commands/whoami.ts'),
  },
  {
    name: 'run',
    summary: 'run an agent, recorded, for you as its sponsor',
    arguments: [{ syntax: '<command...>', meaning: 'the agent and its arguments, after --' }],
    options: [
      {
        syntax: '--workflow <name>',
        meaning: 'the workflow it runs under: DIR/workflows/NAME.yaml',
        required: true,
      },
      { syntax: '--task <text>', meaning: 'what the agent is asked, or @FILE', required: true },
      {
        syntax: '--repo <dir>',
        meaning: 'a repository it may change (default: the one you are in)',
        repeatable: true,
      },
      {
        syntax: '--agent <kind>',
        meaning: 'what kind of agent it is (default: by its command)',
        choices: ['claude-code', 'codex', 'opencode', 'gemini', 'generic'],
      },
      DATA,
    ],
    json: '{run, sponsor, workflow, status, exitCode, changes: [{repository, base, head, commits}], costUsd, coverage}',
    example:
      'custody run --workflow code-change --task "Fix the failing test" -- claude -p "Fix the failing test"',
    load: () => import('./commands/run.ts'),
  },
  {
    name: 'runs',
    summary: 'list runs, newest first',
    arguments: [],
    options: [{ syntax: '--limit <number>', meaning: 'how many, from 1 to 500 (default: 20)' }, DATA],
    json: '{runs: [{run, sponsor, workflow, agent, status, openedAt, modelCalls, costUsd, changes}], next}',
    example: 'custody runs --limit 5',
    load: () => import('./commands/runs.ts'),
  },
  {
    name: 'show',
    summary: 'tell the story of one run',
    arguments: [{ syntax: '<run>', meaning: 'its id, or a commit it made' }],
    options: [DATA],
    json: 'as of run, and {task, models: […], tools: […], files: […], refusals: […], entries}',
    example: 'custody show run_01K9ZJ4T6Q8V0X2Y4A6C8E0G2J',
    load: () => import('./commands/show.ts'),
  },
  {
    name: 'evidence',
    summary: 'write the evidence bundle of a run',
    arguments: [{ syntax: '<run>', meaning: 'its id, or a commit it made' }],
    options: [
      { syntax: '--out <file>', meaning: 'the zip to write', required: true },
      {
        syntax: '--withhold <what>',
        meaning: 'leave bodies out; their commitments stay',
        choices: ['parts'],
      },
      DATA,
    ],
    json: '{run, file, bytes}',
    example: 'custody evidence 3f2a91c --out evidence.zip',
    load: () => import('./commands/evidence.ts'),
  },
  {
    name: 'verify',
    summary: 'verify an evidence bundle or a published log, without a server or a network',
    arguments: [{ syntax: '<file>', meaning: 'the zip, or the directory of a published log' }],
    options: [
      {
        syntax: '--key <vkey>',
        meaning: 'the public key of the ledger you trust (default: those you signed in to)',
      },
      {
        syntax: '--old <checkpoint>',
        meaning: 'a checkpoint of the log that was kept elsewhere; shows a rewritten log or an older copy',
      },
    ],
    json: '{ok, run, checks: {NAME: {status, detail, problems}}, counts}; of a log {ok, origin, size, root, checks}',
    example: 'custody verify evidence.zip',
    load: () => import('./commands/verify.ts'),
  },
  {
    name: 'log publish',
    summary: 'write the published log into a directory, or add to it what has come since',
    arguments: [],
    options: [{ syntax: '--out <dir>', meaning: 'the directory', required: true }, DATA],
    json: '{directory, size}',
    example: 'custody log publish --out log',
    load: () => import('./commands/log-publish.ts'),
  },
  {
    name: 'log checkpoint',
    summary: 'print a signed checkpoint over everything recorded so far, to be kept elsewhere',
    arguments: [],
    options: [DATA],
    json: '{origin, size, root, checkpoint}',
    example: 'custody log checkpoint > checkpoint',
    load: () => import('./commands/log-checkpoint.ts'),
  },
  {
    name: 'log prove',
    summary: 'write the proof that an entry is in the log (C2SP tlog-proof)',
    arguments: [{ syntax: '<index>', meaning: 'its number, from 0' }],
    options: [{ syntax: '--out <file>', meaning: 'the file to write', required: true }, DATA],
    json: '{file, index, size, leafHash}',
    example: 'custody log prove 17 --out 17.tlog-proof',
    load: () => import('./commands/log-prove.ts'),
  },
  {
    name: 'log fsck',
    summary: 'check every entry and every file of the published log, and name the first that is bad',
    arguments: [],
    options: [DATA],
    json: '{ok, entries, published, findings: [{part, detail}]}',
    example: 'custody log fsck',
    load: () => import('./commands/log-fsck.ts'),
  },
  {
    name: 'workflow check',
    summary: 'check workflow files and report every problem at once',
    arguments: [{ syntax: '[file...]', meaning: 'the files (default: all of the data directory)' }],
    options: [DATA],
    json: '{checked: […]}',
    example: 'custody workflow check workflows/code-change.yaml',
    load: () => import('./commands/workflow-check.ts'),
  },
  {
    name: 'doctor',
    summary: 'check what Custody needs, and say what to do about what is missing',
    arguments: [],
    options: [DATA],
    json: '{ok, findings: [{check, ok, detail}]}',
    example: 'custody doctor',
    load: () => import('./commands/doctor.ts'),
  },
  {
    name: 'completion',
    summary: 'print the completion script of a shell',
    arguments: [{ syntax: '<shell>', meaning: 'the shell', choices: ['bash', 'zsh', 'fish'] }],
    options: [],
    json: '{shell, script}',
    example: 'custody completion bash > ~/.local/share/bash-completion/completions/custody',
    load: () => import('./commands/completion.ts'),
  },
  {
    name: 'version',
    summary: 'show the version',
    arguments: [],
    options: [],
    json: '{version, node}',
    example: 'custody version',
    load: () => import('./commands/version.ts'),
  },
]
