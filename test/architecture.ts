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
  { module: 'storage', mayImport: ['kernel', 'storage/disk'], packages: ['kysely', 'pg'] },
  { module: 'git', mayImport: ['kernel'], packages: [] },

  // What a record looks like; pure.
  { module: 'recording/record', mayImport: ['kernel'], packages: [] },
  // The same shape as published JSON Schema, and the validator; apart because `verify` must load no package.
  { module: 'recording/schema', mayImport: ['kernel', 'recording/record'], packages: ['typebox'] },
  { module: 'recording/verify', mayImport: ['recording/record'], packages: [], offline: true },
  // The cryptography `verify` asks for, from Node.
  { module: 'recording/node-crypto', mayImport: ['kernel', 'recording/verify'], packages: [] },
  // A published log on this machine's disk, as `verify` asks for one.
  // Other logs' checkpoints cosigned, and our own shown to witnesses.
  {
    module: 'recording/witness',
    mayImport: ['kernel', 'storage', 'recording/verify', 'recording/node-crypto'],
    packages: [],
  },
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
  // What may be forgotten, when, and on whose word.
  {
    module: 'recording/retention',
    mayImport: [
      'kernel',
      'storage',
      'recording/record',
      'recording/verify',
      'recording/node-crypto',
      'recording/ledger',
      'recording/vault',
      'recording/runs',
    ],
    packages: [],
  },
  { module: 'recording/changes', mayImport: ['kernel', 'git', 'recording/record'], packages: [] },

  // Files people write: every problem at once, with its line.
  { module: 'governing/documents', mayImport: ['kernel'], packages: ['yaml'] },
  // Cedar behind one door: a request in, a decision with its reasons out; pure.
  { module: 'governing/policy', mayImport: ['kernel'], packages: ['@cedar-policy/cedar-wasm'] },
  // The port for whoever can say who is at a browser; before identity, since it knows nothing of it.
  { module: 'governing/identity/provider', mayImport: [], packages: [] },
  {
    module: 'governing/identity',
    mayImport: [
      'kernel',
      'storage',
      'recording/record',
      'recording/ledger',
      'recording/vault',
      'governing/policy',
    ],
    packages: [],
  },
  { module: 'governing/spend', mayImport: ['kernel'], packages: ['@pydantic/genai-prices'] },
  // That a policy records less takes two persons.
  {
    module: 'governing/recording-level',
    mayImport: ['kernel', 'storage', 'recording/record', 'recording/ledger'],
    packages: [],
  },
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

  // The company's directory writes persons and teams here.
  {
    module: 'integrations/scim',
    mayImport: ['kernel', 'storage', 'recording/ledger', 'governing/identity'],
    packages: [],
  },

  // Asks an OpenID provider who is at a browser.
  {
    module: 'integrations/oidc',
    mayImport: ['kernel', 'governing/identity/provider'],
    packages: ['openid-client'],
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
      'recording/node-crypto',
      'recording/witness',
      'recording/ledger',
      'recording/vault',
      'recording/runs',
      'recording/retention',
      'recording/changes',
      'governing/documents',
      'governing/identity',
      'governing/recording-level',
      'governing/spend',
      'governing/workflows',
      'proxying/gateway',
      'answering/evidence',
      'integrations/scim',
      'governing/identity/provider',
      'integrations/oidc',
    ],
    packages: ['@fastify/cookie', 'fastify', 'prom-client', 'typebox'],
  },
  {
    module: 'cli',
    mayImport: [
      'kernel',
      'storage',
      'recording/verify',
      'recording/node-crypto',
      'recording/witness',
      'recording/log-files',
      // Copies and checks logs without a server.
      'recording/ledger',
      // Shapes of what the API answers.
      'recording/retention',
      'governing/identity',
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
  'node:worker_threads': ['recording/ledger', 'server'],
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
  // Could hide imports from this table; there it only names the folder of compiled code.
  'node:module': ['recording/ledger', 'server'],
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
