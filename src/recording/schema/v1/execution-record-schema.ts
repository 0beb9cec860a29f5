import { Type } from 'typebox'
import { EXECUTION_RECORD_TYPE, STATEMENT_TYPE } from '../../record/index.ts'
import { Commitment, Count, GitId, Id, Sha256, Text, Time } from './fields.ts'

const Model = Type.Object({
  protocol: Text,
  model: Text,
  calls: Count,
  completed: Count,
  inputTokens: Count,
  outputTokens: Count,
  cacheReadTokens: Count,
  cacheWriteTokens: Count,
  reasoningTokens: Count,
  costNanoUsd: Count,
  unreported: Count,
  unpriced: Count,
})

const ChannelCoverage = Type.Object({
  state: Type.Enum(['observed', 'partial', 'absent']),
  events: Count,
  firstSeq: Type.Optional(Count),
  lastSeq: Type.Optional(Count),
})

const Coverage = Type.Object({
  verdict: Type.Enum(['complete', 'gaps']),
  channels: Type.Object({
    gateway: ChannelCoverage,
    hooks: ChannelCoverage,
    mcp: ChannelCoverage,
    git: ChannelCoverage,
    sandbox: ChannelCoverage,
  }),
  modelCalls: Type.Object({ requested: Count, responded: Count, refused: Count }),
  toolCalls: Type.Object({
    total: Count,
    returned: Count,
    seenBy: Type.Object({ gateway: Count, hooks: Count, mcp: Count }),
  }),
  files: Type.Object({ changed: Count, unexplained: Type.Optional(Count) }),
  gaps: Type.Array(Type.Object({ code: Text, count: Type.Integer({ minimum: 1 }) })),
})

const Predicate = Type.Object({
  v: Type.Literal(1),
  run: Id('run'),
  sponsor: Id('per'),
  workflow: Text,
  policyDigest: Text,
  task: Commitment,
  openedAt: Time,
  closedAt: Time,
  status: Type.Enum(['closed', 'abandoned']),
  exitCode: Type.Optional(Type.Integer()),
  durationMs: Type.Optional(Count),
  agent: Type.Optional(
    Type.Object({ kind: Text, version: Type.Optional(Text), binarySha256: Type.Optional(Sha256) }),
  ),
  models: Type.Array(Model),
  tools: Type.Array(Type.Object({ tool: Text, calls: Count, errors: Count })),
  repositories: Type.Array(
    Type.Object({
      repository: Count,
      commit: Type.Optional(GitId),
      tree: Type.Optional(GitId),
      clean: Type.Boolean(),
    }),
  ),
  changes: Type.Array(
    Type.Object({
      repository: Count,
      base: Type.Optional(GitId),
      head: Type.Optional(GitId),
      tree: Type.Optional(GitId),
      commits: Type.Array(GitId),
      files: Count,
      dirty: Count,
    }),
  ),
  refusals: Type.Array(Type.Object({ code: Text, count: Count })),
  decisions: Type.Array(Type.Object({})),
  coverage: Coverage,
  entries: Type.Object({ count: Count, root: Sha256 }),
})

/** The in-toto statement that carries an execution record, version 1. */
export const ExecutionRecordSchema = Type.Object(
  {
    _type: Type.Literal(STATEMENT_TYPE),
    subject: Type.Array(
      Type.Object({
        name: Type.String(),
        digest: Type.Object({
          gitCommit: Type.Optional(GitId),
          gitTree: Type.Optional(GitId),
          sha256: Type.Optional(Sha256),
        }),
      }),
      { minItems: 1 },
    ),
    predicateType: Type.Literal(EXECUTION_RECORD_TYPE),
    predicate: Predicate,
  },
  {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'https://custody.dev/schemas/execution-record-v1.schema.json',
    title: 'Custody execution record, version 1',
  },
)
