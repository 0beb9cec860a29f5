/** One module of `src/`: its folder, the modules and npm packages it may import. */
export interface ModuleRule {
  /** The folder below `src/`; folders inside it belong to the module. */
  readonly module: string
  readonly mayImport: readonly string[]
  readonly packages: readonly string[]
  /**
   * Runs where there is no Node (a browser, a stranger's verifier): no value import, followed through other modules,
   * ends in an npm package or a `node:` module.
   */
  readonly offline?: true
}

/** The story in order: no folder imports one that stands later. */
export const FOLDERS = [
  'kernel',
  'storage',
  'git',
  'recording',
  'governing',
  'running',
  'proxying',
  'answering',
  'integrations',
  'server',
  'cli',
] as const

/** Every module, listed after whatever it imports. A new file, arrow or package starts with a row here. */
export const MODULES: readonly ModuleRule[] = [
  // Knows no domain word.
  { module: 'kernel', mayImport: [], packages: [] },
  // Durable files, step by step; apart because a verifier reads files and needs no database.
  { module: 'storage/disk', mayImport: [], packages: [] },
  // The only place that opens a database.
  { module: 'storage', mayImport: ['kernel', 'storage/disk'], packages: ['kysely'] },
  { module: 'git', mayImport: ['kernel'], packages: [] },

  // What a record looks like; pure.
  { module: 'recording/record', mayImport: ['kernel'], packages: [] },
  // The same shape as published JSON Schema, and the validator; apart because `verify` must load no package.
  { module: 'recording/schema', mayImport: ['kernel', 'recording/record'], packages: ['typebox'] },
  { module: 'recording/verify', mayImport: ['recording/record'], packages: [], offline: true },
  // The cryptography `verify` asks for, from Node.
  { module: 'recording/node-crypto', mayImport: ['kernel', 'recording/verify'], packages: [] },
  // A published log on this machine's disk, as `verify` asks for one.
  { module: 'recording/log-files', mayImport: ['storage/disk', 'recording/verify'], packages: [] },
  {
    module: 'recording/ledger',
    mayImport: [
      'kernel',
      'storage',
      'recording/record',
      'recording/verify',
      'recording/node-crypto',
      'recording/log-files',
    ],
    packages: [],
  },
  { module: 'recording/vault', mayImport: ['kernel', 'storage', 'recording/record'], packages: [] },
  {
    module: 'recording/runs',
    mayImport: [
      'kernel',
      'storage',
      'recording/record',
      'recording/verify',
      'recording/node-crypto',
      'recording/ledger',
      'recording/vault',
    ],
    packages: ['kysely'],
  },
  { module: 'recording/changes', mayImport: ['kernel', 'git', 'recording/record'], packages: [] },

  // Files people write: every problem at once, with its line.
  { module: 'governing/documents', mayImport: ['kernel'], packages: ['yaml'] },
  { module: 'governing/identity', mayImport: ['kernel', 'storage', 'recording/ledger'], packages: [] },
  { module: 'governing/spend', mayImport: ['kernel'], packages: ['@pydantic/genai-prices'] },
  {
    module: 'governing/workflows',
    mayImport: ['kernel', 'governing/documents', 'governing/spend'],
    packages: [],
  },

  { module: 'running/agents', mayImport: ['kernel'], packages: [] },
  {
    module: 'running/session',
    mayImport: ['kernel', 'git', 'recording/record', 'recording/changes', 'running/agents'],
    packages: [],
  },

  {
    module: 'proxying/gateway',
    mayImport: [
      'kernel',
      'recording/record',
      'recording/vault',
      'recording/runs',
      'governing/identity',
      'governing/spend',
    ],
    packages: ['undici'],
  },

  {
    module: 'answering/evidence',
    mayImport: ['kernel', 'recording/record', 'recording/verify'],
    packages: [],
  },

  // The last two compose the others.
  {
    module: 'server',
    mayImport: [
      'kernel',
      'storage',
      'recording/record',
      'recording/verify',
      'recording/log-files',
      'recording/ledger',
      'recording/vault',
      'recording/runs',
      'recording/changes',
      'governing/documents',
      'governing/identity',
      'governing/spend',
      'governing/workflows',
      'proxying/gateway',
      'answering/evidence',
    ],
    packages: ['fastify', 'typebox'],
  },
  {
    module: 'cli',
    mayImport: [
      'kernel',
      'storage',
      'recording/verify',
      'recording/node-crypto',
      'recording/log-files',
      // Copies and checks logs without a server.
      'recording/ledger',
      'governing/workflows',
      'running/agents',
      'running/session',
      'server',
    ],
    packages: ['commander', 'picocolors', 'undici'],
  },
]

/** `node:` modules that reach out of the process, and who may use them; the others are free. */
export const POWERFUL_NODE_MODULES: Readonly<Record<string, readonly string[]>> = {
  // One engine behind one door, so that a second way to store something is a decision.
  'node:sqlite': ['storage'],
  // git is a program, and so are agents; `doctor` asks programs for their version.
  'node:child_process': ['git', 'running/agents', 'running/session', 'cli'],
  // The one writer of the ledger lives in a thread of its own.
  'node:worker_threads': ['recording/ledger'],
  'node:http': ['server'],
  'node:https': [],
  'node:http2': [],
  'node:net': [],
  'node:tls': [],
  'node:dgram': [],
  'node:dns': [],
  'node:dns/promises': [],
  'node:inspector': [],
  'node:cluster': [],
  'node:vm': [],
  'node:wasi': [],
  // Would hide imports from this table.
  'node:module': [],
}

/** Words that name nothing; a file or folder whose name is one, or ends with one, is how drawers begin. */
export const EMPTY_WORDS = [
  'util',
  'utils',
  'helper',
  'helpers',
  'common',
  'shared',
  'misc',
  'lib',
  'base',
  'core',
  'types',
  'constants',
  'manager',
  'service',
  'services',
  'handler',
  'handlers',
  'impl',
  'info',
  'stuff',
] as const
