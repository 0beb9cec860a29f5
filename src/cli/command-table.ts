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

const ROLE_NAMES = ['viewer', 'developer', 'approver', 'auditor', 'operator', 'administrator'] as const
const SCOPE: OptionRow = {
  syntax: '--scope <scope>',
  meaning: 'where it counts: organisation (default), team:ID or workflow:NAME',
}

/** What the commands of a group are about. */
export const GROUPS: Readonly<Record<string, string>> = {
  hold: 'legal holds',
  persons: 'who is there, and what they may do',
  teams: 'teams and what they own',
  sessions: 'who is signed in',
  part: 'single bodies',
  retention: 'what has expired and what was erased',
  keys: 'the keys of the ledger',
  log: 'the published log and its proofs',
  witness: 'cosigning the logs of others',
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
      {
        syntax: '--database <url>',
        meaning:
          'keep the ledger in this PostgreSQL (default: CUSTODY_DATABASE, then a file in the data directory)',
      },
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
      {
        syntax: '--database <url>',
        meaning:
          'the PostgreSQL with the ledger (default: as configured); others can see what stands on a command line',
      },
    ],
    json: '{url, data, vendors: […]}, printed when it listens',
    example: 'custody serve --listen 127.0.0.1:4880',
    load: () => import('./commands/serve.ts'),
  },
  {
    name: 'login',
    summary: 'sign in to a server elsewhere, through your browser',
    arguments: [],
    options: [{ syntax: '--server <url>', meaning: 'its address (default: the one you signed in to last)' }],
    json: '{server, person: {id, name, email}, vkey}',
    example: 'custody login --server https://custody.example.com',
    load: () => import('./commands/login.ts'),
  },
  {
    name: 'logout',
    summary: 'end your session on a server elsewhere',
    arguments: [],
    options: [{ syntax: '--server <url>', meaning: 'its address (default: the one you signed in to last)' }],
    json: '{server, ended}',
    example: 'custody logout',
    load: () => import('./commands/logout.ts'),
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
        meaning:
          'a checkpoint of the log that was kept elsewhere, a file or a line of a job; shows a rewritten log or an older copy',
      },
      {
        syntax: '--policy <file>',
        meaning: 'witnesses who must have cosigned the checkpoint (C2SP tlog-policy)',
      },
    ],
    json: '{ok, run, checks: {NAME: {status, detail, problems}}, counts}; of a log {ok, origin, size, root, checks}',
    example: 'custody verify evidence.zip',
    load: () => import('./commands/verify.ts'),
  },
  {
    name: 'part list',
    summary: 'list the bodies of a run, and which entry erased those that are gone',
    arguments: [{ syntax: '<run>', meaning: 'its id, or a commit it made' }],
    options: [DATA],
    json: '{parts: [{event, seq, kind, name, type, bytes, erasedBy}]}',
    example: 'custody part list run_01K9ZJ4T6Q8V0X2Y4A6C8E0G2J',
    load: () => import('./commands/part-list.ts'),
  },
  {
    name: 'part get',
    summary: 'write the body of one part to stdout, or to a file',
    arguments: [{ syntax: '<part>', meaning: 'EVENT/NAME' }],
    options: [
      { syntax: '--out <file>', meaning: 'the file for the body' },
      { syntax: '--proof <file>', meaning: 'write beside it what proves the body offline' },
      DATA,
    ],
    json: 'what --proof writes: {v, event, name, type, bytes, salt, entry, proof}; the body goes to --out only',
    example: 'custody part get evt_01K9ZJ4T6Q8V0X2Y4A6C8E0G2J/task',
    load: () => import('./commands/part-get.ts'),
  },
  {
    name: 'part verify',
    summary: 'verify the body of one part against its proof, without a server or a network',
    arguments: [{ syntax: '<file>', meaning: 'the body' }],
    options: [
      { syntax: '--proof <file>', meaning: 'the proof that "custody part get" wrote', required: true },
      {
        syntax: '--key <vkey>',
        meaning: 'the public key of the ledger you trust (default: those you signed in to)',
      },
    ],
    json: '{ok, event, name, run, entry, problems}',
    example: 'custody part verify task.txt --proof task.proof.json',
    load: () => import('./commands/part-verify.ts'),
  },
  {
    name: 'erase',
    summary: 'erase bodies for good: of one part, a run, or everything of a person',
    arguments: [
      { syntax: '[subject]', meaning: 'EVENT/NAME, a run or a commit it made, or a person by address or id' },
    ],
    options: [
      {
        syntax: '--reason <code>',
        meaning: 'why',
        choices: [
          'data-subject-request',
          'secret-recorded',
          'recorded-by-mistake',
          'contract-ended',
          'court-order',
        ],
      },
      { syntax: '--note <text>', meaning: 'why, in words; kept beside the ledger' },
      { syntax: '--approve <request>', meaning: 'approve what another person asked for' },
      DATA,
    ],
    json: '{state, request, entries, parts, bytes}; state is requested or erased',
    example:
      'custody erase run_01K9ZJ4T6Q8V0X2Y4A6C8E0G2J --reason secret-recorded --note "A key was in the prompt"',
    load: () => import('./commands/erase.ts'),
  },
  {
    name: 'hold place',
    summary: 'keep something from being erased or expiring',
    arguments: [
      {
        syntax: '<subject>',
        meaning: 'a run, workflow:NAME, a person by address or id, or organisation for everything',
      },
    ],
    options: [{ syntax: '--reason <text>', meaning: 'why; kept beside the ledger', required: true }, DATA],
    json: '{event, at, actor, scope, subject, lifted_at, lifted_by}',
    example: 'custody hold place workflow:code-change --reason "Dispute with a customer"',
    load: () => import('./commands/hold-place.ts'),
  },
  {
    name: 'hold lift',
    summary: 'end a legal hold; what it delayed may expire again',
    arguments: [{ syntax: '<hold>', meaning: 'its id, an event' }],
    options: [{ syntax: '--reason <text>', meaning: 'why; kept beside the ledger', required: true }, DATA],
    json: 'as of hold place',
    example: 'custody hold lift evt_01K9ZJ4T6Q8V0X2Y4A6C8E0G2J --reason "The dispute has ended"',
    load: () => import('./commands/hold-lift.ts'),
  },
  {
    name: 'hold list',
    summary: 'list legal holds, newest first',
    arguments: [],
    options: [DATA],
    json: '{holds: [{event, at, actor, scope, subject, lifted_at, lifted_by}]}',
    example: 'custody hold list',
    load: () => import('./commands/hold-list.ts'),
  },
  {
    name: 'retention sweep',
    summary: 'erase now what has expired; a server does it every hour',
    arguments: [],
    options: [
      { syntax: '--confirm-clock', meaning: 'the clock of the server is right although it jumped ahead' },
      DATA,
    ],
    json: '{at, clock, runs, parts, bytes, entries, held, keys}',
    example: 'custody retention sweep',
    load: () => import('./commands/retention-sweep.ts'),
  },
  {
    name: 'retention list',
    summary: 'list what was erased, newest first, and what waits for approval',
    arguments: [],
    options: [{ syntax: '--limit <number>', meaning: 'how many, from 1 to 500 (default: 20)' }, DATA],
    json: '{erasures: [{entry, event, at, actor, approver, scope, subject, reason, parts, bytes}], requests: […], next}',
    example: 'custody retention list',
    load: () => import('./commands/retention-list.ts'),
  },
  {
    name: 'retention record',
    summary: 'print the signed record of an erasure (a DSSE envelope)',
    arguments: [{ syntax: '<entry>', meaning: 'index of the entry that erased' }],
    options: [DATA],
    json: '{entry, event, at, actor, scope, subject, reason, parts, bytes, attestation, envelope}',
    example: 'custody retention record 17 > deletion.dsse.json',
    load: () => import('./commands/retention-record.ts'),
  },
  {
    name: 'usage',
    summary: 'show what the records of each workflow take',
    arguments: [],
    options: [DATA],
    json: '{workflows: [{workflow, runs, erasedRuns, parts, rawBytes, partBytes, storedBytes}]}',
    example: 'custody usage',
    load: () => import('./commands/usage.ts'),
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
    options: [{ syntax: '--oneline', meaning: 'print it as one line, for the log of a job' }, DATA],
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
    summary: 'check every entry, every file of the published log and every part, and name what is bad',
    arguments: [],
    options: [DATA],
    json: '{ok, entries, published, parts, findings: [{part, detail}]}',
    example: 'custody log fsck',
    load: () => import('./commands/log-fsck.ts'),
  },
  {
    name: 'keys list',
    summary: 'list the keys of the ledger, and where in it each of them counts',
    arguments: [],
    options: [DATA],
    json: '{keys: [{use, keyId, vkey, from, until, reason}]}',
    example: 'custody keys list',
    load: () => import('./commands/keys-list.ts'),
  },
  {
    name: 'keys rotate',
    summary: 'bring in a new key beside the old one, which counts until it is revoked',
    arguments: [{ syntax: '<use>', meaning: 'what it signs', choices: ['log', 'statement'] }],
    options: [
      { syntax: '--service <name>', meaning: 'a key service of custody.yaml instead of a new file' },
      DATA,
    ],
    json: '{use, keyId, vkey, from}',
    example: 'custody keys rotate log',
    load: () => import('./commands/keys-rotate.ts'),
  },
  {
    name: 'keys revoke',
    summary: 'end a key that another one takes over from; what it signed before stays good',
    arguments: [{ syntax: '<key>', meaning: 'its id, or at least 8 digits of it' }],
    options: [
      { syntax: '--reason <word>', meaning: 'why', required: true, choices: ['retired', 'compromised'] },
      DATA,
    ],
    json: '{use, keyId, vkey, from, until, reason}',
    example: 'custody keys revoke 3f2a91c07d5e4b68 --reason retired',
    load: () => import('./commands/keys-revoke.ts'),
  },
  {
    name: 'witness init',
    summary: 'make the key of a witness for the logs of others',
    arguments: [],
    options: [
      { syntax: '--dir <dir>', meaning: 'where the witness keeps its key and its memory', required: true },
      { syntax: '--name <name>', meaning: 'its name, such as witness.example/w1', required: true },
    ],
    json: '{dir, vkey}',
    example: 'custody witness init --dir witness --name witness.example/w1',
    load: () => import('./commands/witness-init.ts'),
  },
  {
    name: 'witness serve',
    summary: 'cosign the checkpoints of other logs until SIGINT or SIGTERM (C2SP tlog-witness)',
    arguments: [],
    options: [
      { syntax: '--dir <dir>', meaning: 'what "custody witness init" made', required: true },
      { syntax: '--log <vkey>', meaning: 'the key of a log it watches', required: true, repeatable: true },
      { syntax: '--listen <host:port>', meaning: 'where to listen (default: 127.0.0.1:4881)' },
      {
        syntax: '--behind-proxy',
        meaning: 'something in front speaks TLS, so other addresses may be listened on',
      },
    ],
    json: '{url, vkey, logs: […]}, printed when it listens',
    example: 'custody witness serve --dir witness --log ledger.example/v1+d41281ce+AddamAGC…',
    load: () => import('./commands/witness-serve.ts'),
  },
  {
    name: 'persons list',
    summary: 'list persons with their roles',
    arguments: [],
    options: [DATA],
    json: '{persons: [{id, name, email, active, roles: [{role, scope}]}]}',
    example: 'custody persons list',
    load: () => import('./commands/persons-list.ts'),
  },
  {
    name: 'persons add',
    summary: 'add a person, whose address you vouch for',
    arguments: [{ syntax: '<person>', meaning: "as 'Name <email>'" }],
    options: [
      { syntax: '--role <role>', meaning: 'a role', repeatable: true, choices: [...ROLE_NAMES] },
      SCOPE,
      DATA,
    ],
    json: '{id, name, email, active, roles: [{role, scope}]}',
    example: "custody persons add 'Grace Hopper <grace@example.com>' --role developer",
    load: () => import('./commands/persons-add.ts'),
  },
  {
    name: 'persons invite',
    summary: 'make a link with which a person chooses a password; it works once',
    arguments: [{ syntax: '<person>', meaning: 'the id or address' }],
    options: [DATA],
    json: '{id, token, expiresAt}',
    example: 'custody persons invite grace@example.com',
    load: () => import('./commands/persons-invite.ts'),
  },
  {
    name: 'persons roles',
    summary: 'give roles to a person and take them away',
    arguments: [{ syntax: '<person>', meaning: 'the id or address' }],
    options: [
      { syntax: '--grant <role>', meaning: 'a role to give', repeatable: true, choices: [...ROLE_NAMES] },
      { syntax: '--revoke <role>', meaning: 'a role to take', repeatable: true, choices: [...ROLE_NAMES] },
      SCOPE,
      DATA,
    ],
    json: '{id, name, email, active, roles: [{role, scope}]}',
    example: 'custody persons roles grace@example.com --grant approver --scope workflow:code-change',
    load: () => import('./commands/persons-roles.ts'),
  },
  {
    name: 'persons deactivate',
    summary: 'end everything a person may do: sessions, run tokens, open runs',
    arguments: [{ syntax: '<person>', meaning: 'the id or address' }],
    options: [
      {
        syntax: '--reason <reason>',
        meaning: 'why (default: left)',
        choices: ['left', 'compromised', 'administrator'],
      },
      DATA,
    ],
    json: '{id, name, email, active, roles: [{role, scope}]}',
    example: 'custody persons deactivate grace@example.com',
    load: () => import('./commands/persons-deactivate.ts'),
  },
  {
    name: 'teams list',
    summary: 'list teams with what they own',
    arguments: [],
    options: [DATA],
    json: '{teams: [{id, name, members: […], owns: [{kind, subject}]}]}',
    example: 'custody teams list',
    load: () => import('./commands/teams-list.ts'),
  },
  {
    name: 'teams set',
    summary: 'make a team, or say who is in it and which workflows it owns',
    arguments: [{ syntax: '<name>', meaning: 'the name of the team' }],
    options: [
      {
        syntax: '--member <person>',
        meaning: 'a member, by id or address; those not named leave',
        repeatable: true,
      },
      { syntax: '--workflow <name>', meaning: 'a workflow it owns as well', repeatable: true },
      DATA,
    ],
    json: '{id, name, members: […], owns: [{kind, subject}]}',
    example: 'custody teams set platform --member grace@example.com --workflow code-change',
    load: () => import('./commands/teams-set.ts'),
  },
  {
    name: 'sessions list',
    summary: 'list your sessions, or those of somebody else',
    arguments: [],
    options: [{ syntax: '--person <person>', meaning: 'whose, by id or address (default: yours)' }, DATA],
    json: '{sessions: [{id, person, kind, startedAt, expiresAt, lastUsedAt}]}',
    example: 'custody sessions list',
    load: () => import('./commands/sessions-list.ts'),
  },
  {
    name: 'sessions revoke',
    summary: 'end one of your sessions, or those of somebody else',
    arguments: [{ syntax: '[session]', meaning: 'its id; without one, every session of --person' }],
    options: [{ syntax: '--person <person>', meaning: 'whose, by id or address (default: yours)' }, DATA],
    json: '{ended}',
    example: 'custody sessions revoke --person grace@example.com',
    load: () => import('./commands/sessions-revoke.ts'),
  },
  {
    name: 'workflow lower',
    summary: 'ask that a workflow may record less than before, or agree to it',
    arguments: [{ syntax: '<name>', meaning: 'the workflow' }],
    options: [{ syntax: '--approve', meaning: 'agree to what another person asked for' }, DATA],
    json: '{state}',
    example: 'custody workflow lower code-change',
    load: () => import('./commands/workflow-lower.ts'),
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
    name: 'backup',
    summary: 'copy everything into a directory, while the server goes on',
    arguments: [],
    options: [
      { syntax: '--out <dir>', meaning: 'a new or empty directory', required: true },
      { syntax: '--no-keys', meaning: 'leave the keys out; without a copy of them nothing can be restored' },
      DATA,
    ],
    json: '{directory, entries, files, bytes, keys, missing: […]}',
    example: 'custody backup --out /mnt/backup/2026-11-21',
    load: () => import('./commands/backup.ts'),
  },
  {
    name: 'restore',
    summary: 'make a data directory from a backup, and check every entry of it',
    arguments: [{ syntax: '<backup>', meaning: 'the directory that "custody backup" wrote' }],
    options: [
      { syntax: '--to <dir>', meaning: 'the new data directory', required: true },
      { syntax: '--keys <dir>', meaning: 'where the keys are, when the backup was made without them' },
      { syntax: '--database <url>', meaning: 'an empty PostgreSQL database to restore the ledger into' },
      {
        syntax: '--old <checkpoint>',
        meaning: 'a checkpoint that was kept elsewhere; shows a backup that lacks later entries',
      },
    ],
    json: '{data, entries, madeAt, engine, missing: […]}',
    example: 'custody restore /mnt/backup/2026-11-21 --to ~/custody --old checkpoint',
    load: () => import('./commands/restore.ts'),
  },
  {
    name: 'rebuild',
    summary: 'recompute every derived table from the entries, and tell what differed',
    arguments: [],
    options: [{ syntax: '--check', meaning: 'only compare; exits 6 when something differs' }, DATA],
    json: '{entries, kept, same, tables: [{name, rows, wrong, missing}]}',
    example: 'custody rebuild --check',
    load: () => import('./commands/rebuild.ts'),
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
