import { type TSchema, Type } from 'typebox'
import { Channel, Count, GitId, Id, Sha256, Text } from './fields.ts'

const Repository = Type.Integer({ minimum: 0, description: "Counts the run's repositories from 0." })
const Call = Type.String({ description: 'Names one model call.' })
const ToolCall = Type.String({ description: 'Names one tool call, as the vendor does.' })
const ErasureScope = Type.Enum(['part', 'run', 'person'])
const KeyUse = Type.Enum(['log', 'statements'])
const Sealing = {
  count: Type.Integer({ minimum: 1, description: 'Events of the run before this one.' }),
  root: Type.String({
    pattern: '^[0-9a-f]{64}$',
    description: 'Merkle root over the entries of those events.',
  }),
  durationMs: Count,
}

/** What `data` must hold by kind. A kind may come to hold more; kinds that are not here hold what they need. */
export const EVENT_DATA: Readonly<Record<string, Readonly<Record<string, TSchema>>>> = {
  'key.added': {
    publicKeySha256: Sha256,
    use: Type.Optional(KeyUse),
    vkey: Type.Optional(Type.String({ description: 'Of a log key.' })),
    endorsement: Type.Optional(Type.String({ description: 'Of a log key: what an older one has signed.' })),
    endorsedBy: Type.Optional(Sha256),
    publicKey: Type.Optional(Type.String({ description: 'Of a statement key: its SPKI DER in base64.' })),
  },
  'key.revoked': {
    publicKeySha256: Sha256,
    use: KeyUse,
    reason: Type.Enum(['retired', 'compromised']),
  },
  'run.opened': {
    sponsor: Id('per'),
    workflow: Text,
    policyDigest: Text,
    agentKind: Text,
    recorder: Type.Enum(['server', 'embedded']),
    repositories: Count,
    retentionMs: Type.Optional(Count),
  },
  'repository.observed': {
    repository: Repository,
    moment: Type.Enum(['before', 'after']),
    commit: Type.Optional(GitId),
    tree: Type.Optional(GitId),
    workTree: Type.Optional(GitId),
    clean: Type.Boolean(),
    untracked: Count,
    submodules: Count,
  },
  'agent.configured': {
    kind: Text,
    version: Type.Optional(Text),
    binarySha256: Type.Optional(Sha256),
    files: Count,
  },
  'model.requested': {
    call: Call,
    vendor: Text,
    protocol: Text,
    purpose: Type.Optional(Type.Enum(['model-call', 'count-tokens', 'list-models', 'hello'])),
    model: Type.Optional(Text),
    stream: Type.Boolean(),
    bytes: Count,
  },
  'model.responded': {
    call: Call,
    outcome: Type.Enum(['completed', 'client-gone', 'upstream-failed', 'cut']),
    usage: Type.Enum(['reported', 'missing', 'none']),
    status: Type.Optional(Count),
    model: Type.Optional(Text),
    inputTokens: Type.Optional(Count),
    outputTokens: Type.Optional(Count),
    cacheReadTokens: Type.Optional(Count),
    cacheWriteTokens: Type.Optional(Count),
    reasoningTokens: Type.Optional(Count),
    costNanoUsd: Type.Optional(Count),
  },
  'model.refused': { code: Text },
  'tool.called': { toolCall: ToolCall, tool: Text, channels: Type.Array(Channel, { minItems: 1 }) },
  'tool.returned': {
    toolCall: ToolCall,
    isError: Type.Optional(Type.Boolean({ description: 'Absent where the protocol does not say.' })),
    channels: Type.Array(Channel, { minItems: 1 }),
  },
  'change.observed': {
    repository: Repository,
    base: Type.Optional(GitId),
    head: Type.Optional(GitId),
    tree: Type.Optional(GitId),
    commits: Type.Array(GitId),
    trees: Type.Array(GitId),
    files: Count,
    dirty: Count,
    unexplained: Type.Optional(Count),
  },
  'run.closed': { ...Sealing, exitCode: Type.Optional(Type.Integer()) },
  'run.abandoned': { ...Sealing, reason: Text },
  // One part, or of a run those that its story tells.
  'record.read': { event: Type.Optional(Id('evt')), part: Type.Optional(Text), of: Type.Optional(Id('run')) },
  'erasure.requested': { scope: ErasureScope, subject: Text, reason: Text },
  'part.erased': {
    scope: Type.Union([ErasureScope, Type.Literal('class')]),
    subject: Text,
    reason: Text,
    consent: Type.Enum(['second-person', 'only-person', 'policy']),
    approver: Type.Optional(Id('per')),
    request: Type.Optional(Id('evt')),
    runs: Type.Array(Id('run'), { description: 'Every part of every event of these runs.' }),
    parts: Type.Record(Id('evt'), Type.Array(Text), { description: 'These parts, by event.' }),
    count: Count,
    bytes: Count,
  },
  'key.destroyed': { key: Id('key'), class: Text, period: Text },
  'hold.placed': { scope: Type.Enum(['run', 'workflow', 'person', 'organisation']), subject: Text },
  'hold.lifted': { hold: Id('evt') },
}
