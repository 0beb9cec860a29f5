import type { EvidencePart, EvidenceSource, LedgerEntry } from '../../src/answering/evidence/index.ts'
import {
  canonicalJson,
  createIds,
  hmacSha256,
  type Id,
  sha256Hex,
  timestamp,
} from '../../src/kernel/index.ts'
import {
  buildExecutionRecord,
  buildProvenance,
  COMMITMENT_DOMAIN,
  type EventData,
  type EventKind,
  type PartCommitment,
  parseEvent,
  type RecordedEvent,
} from '../../src/recording/record/index.ts'
import {
  attestationEntry,
  type Envelope,
  IN_TOTO_PAYLOAD,
  preAuthEncoding,
} from '../../src/recording/verify/index.ts'
import { MemoryLog, type MemorySigner, memorySigner, rootHex } from '../support/memory-log.ts'

/** The seed of RFC 8032's first test key: known to everyone, so only ever a test's. */
const LOG_SEED = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'

/** A run with its log, sealed, signed and ready to be made into a bundle. */
export interface SampleRun {
  readonly run: Id<'run'>
  readonly log: MemoryLog
  readonly signer: MemorySigner
  readonly events: readonly RecordedEvent[]
  readonly source: EvidenceSource
}

export interface SampleOptions {
  readonly task?: string
  /** Model calls beyond the story's two. */
  readonly moreCalls?: number
  /** When the statement key was revoked: before the run, or after its record was logged. */
  readonly revoked?: 'before' | 'after'
  /** Part names that are not disclosed, with the reason. */
  readonly absent?: Readonly<Record<string, 'withheld' | 'erased'>>
}

/** One fact of the story: what happened and the bodies that belong to it. */
interface Fact {
  readonly kind: EventKind
  readonly data: EventData
  readonly bodies?: Readonly<Record<string, readonly [type: string, body: string]>>
}

/** An agent updates one dependency: two model calls, two tool calls, one commit in one repository. */
export function sampleRun(options: SampleOptions = {}): SampleRun {
  const recorder = new SampleRecorder()
  recorder.system('recording.started', { recorder: 'server' })
  const { signer } = recorder
  const publicKeySha256 = signer.keyId
  const added = recorder.system('key.added', {
    purpose: 'statement',
    algorithm: 'ecdsa-p256',
    publicKeySha256,
  })
  const revoke = (when: SampleOptions['revoked']) =>
    options.revoked === when && when !== undefined
      ? [recorder.system('key.revoked', { use: 'statements', publicKeySha256, reason: 'compromised' })]
      : []
  const revoked = revoke('before')
  const facts = story(options.task ?? 'Update left-pad and run the tests.', options.moreCalls ?? 0)
  const entries = facts.map((fact) => recorder.record(fact))
  entries.push(recorder.close())
  const events = entries.map(eventOf)
  const statements = recorder.sign(events, rootHex(entries.map(({ bytes }) => bytes)))
  revoked.push(...revoke('after'))
  const isErased = ({ name }: EvidencePart) => options.absent?.[name] === 'erased'
  const erased = recorder.parts.filter(isErased)
  const erasure = erased.length === 0 ? undefined : recorder.erase(erased)
  return {
    run: recorder.run,
    log: recorder.log,
    signer,
    events,
    source: {
      entriesOfRun: () => entries,
      statementsOfRun: () => Promise.resolve(statements),
      partsOf: () =>
        Promise.resolve(
          recorder.parts.map((part) => inState(part, options.absent?.[part.name], erasure?.index)),
        ),
      erasure: () => (erasure === undefined ? Promise.reject(new Error('none')) : Promise.resolve(erasure)),
      checkpoint: () => Promise.resolve(recorder.log.checkpoint()),
      inclusionProof: (index, size) => recorder.log.inclusionProof(index, size),
      vkey: recorder.log.vkey,
      keys: () => Promise.resolve([{ spkiDer: signer.spkiDer, added }]),
      keyChanges: () =>
        Promise.resolve(revoked.map((entry) => ({ change: 'revoked', keyId: publicKeySha256, entry }))),
      signer,
      personName: () => Promise.resolve('Ada Example'),
    },
  }
}

/** Writes events as a ledger does: canonical bytes, ids and times that are the same in every test run. */
class SampleRecorder {
  readonly log = new MemoryLog('ledger.example/v1', LOG_SEED)
  readonly signer = memorySigner()
  readonly parts: EvidencePart[] = []
  readonly #ids = createIds({ now: () => this.#now, monotonic: () => 0 }, (size) => this.#bytes(size))
  #now = Date.UTC(2026, 10, 21, 12)
  #drawn = 0
  readonly run = this.#ids('run')
  readonly #entries: Uint8Array[] = []

  system(kind: EventKind, data: EventData): LedgerEntry {
    return this.log.append(this.#encode({ kind, data, actor: 'system' }))
  }

  record({ kind, data, bodies = {} }: Fact): LedgerEntry {
    const id = this.#ids('evt')
    const parts = Object.fromEntries(
      Object.entries(bodies).map(([name, [type, text]]) => [name, this.#keep({ id, name, type, text })]),
    )
    const place = { run: this.run, seq: this.#entries.length }
    const bytes = this.#encode({
      ...{ id, kind, data, actor: SPONSOR, ...place },
      ...(Object.keys(parts).length === 0 ? {} : { parts }),
    })
    this.#entries.push(bytes)
    return this.log.append(bytes)
  }

  close(): LedgerEntry {
    const [count, root] = [this.#entries.length, rootHex(this.#entries)]
    return this.record({ kind: 'run.closed', data: { exitCode: 0, durationMs: 61_000, count, root } })
  }

  /** The execution record, logged, and the provenance beside it. */
  sign(events: readonly RecordedEvent[], root: string) {
    const record = buildExecutionRecord({ events, root })
    const provenance = buildProvenance({ events, record: record.predicate, version: '0.1.0' })
    const envelope = this.#envelope(record)
    const entry = this.log.append(attestationEntry(this.#sha256, envelope, this.signer.spkiDer))
    return [
      { envelope, entry },
      ...(provenance === undefined ? [] : [{ envelope: this.#envelope(provenance) }]),
    ]
  }

  erase(parts: readonly EvidencePart[]): LedgerEntry {
    const [scope, subject, reason] = ['part', parts.map(({ name }) => name).join(' '), 'secret-recorded']
    const named = Object.fromEntries(
      parts.map(({ event }) => [event, parts.filter((part) => part.event === event).map(({ name }) => name)]),
    )
    const about = { scope, subject, reason, consent: 'second-person', approver: APPROVER }
    const counted = { runs: [], parts: named, count: parts.length, bytes: 16, step: 1, steps: 1 }
    return this.log.append(
      this.#encode({ kind: 'part.erased', data: { ...about, ...counted }, actor: SPONSOR }),
    )
  }

  readonly #sha256 = (data: Uint8Array) => Buffer.from(sha256Hex(data), 'hex')

  #envelope(statement: unknown): Envelope {
    const payload = Buffer.from(canonicalJson(statement))
    const sig = this.signer.sign(preAuthEncoding(IN_TOTO_PAYLOAD, payload))
    return { payloadType: IN_TOTO_PAYLOAD, payload, signatures: [{ keyid: this.signer.keyId, sig }] }
  }

  #encode(fields: object): Uint8Array {
    this.#now += 1_000
    return Buffer.from(
      canonicalJson({ v: 1, id: this.#ids('evt'), at: timestamp(this.#now), node: 'n1', ...fields }),
    )
  }

  #keep(part: { id: string; name: string; type: string; text: string }): PartCommitment {
    const [body, salt] = [Buffer.from(part.text), this.#bytes(32)]
    const commitment = hmacSha256(salt, COMMITMENT_DOMAIN, body).toString('hex')
    this.parts.push({ event: part.id, name: part.name, state: 'disclosed', body, salt })
    return { alg: 'hmac-sha256', commitment, bytes: body.length, type: part.type }
  }

  #bytes(size: number): Uint8Array {
    return Buffer.from(sha256Hex(`draw ${this.#drawn++}`), 'hex').subarray(0, size)
  }
}

const SPONSOR = 'per_01KAH8S5M00000000000000ADA'
const APPROVER = 'per_01KAH8S5M000000000000GRACE'
const COMMIT = '5f1c9f1d0d6f0c3f2a3b4c5d6e7f8091a2b3c4d5'
const BASE = '0a1b2c3d4e5f60718293a4b5c6d7e8f901234567'
const TREE_BEFORE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'
const TREE_AFTER = '9d2f8b7c6a5e4d3c2b1a09f8e7d6c5b4a3928170'
const PATCH = `diff --git a/package.json b/package.json
--- a/package.json
+++ b/package.json
@@ -1 +1 @@
-{"dependencies":{"left-pad":"1.2.0"}}
+{"dependencies":{"left-pad":"1.3.0"}}
`

function story(task: string, moreCalls: number): readonly Fact[] {
  return [
    {
      kind: 'run.opened',
      data: {
        ...{ sponsor: SPONSOR, workflow: 'dependency-update', policyDigest: sha256Hex('policy') },
        ...{ agentKind: 'generic', recorder: 'server', repositories: 1 },
      },
      bodies: { task: ['text/plain', task], policy: ['application/yaml', 'workflow: dependency-update\n'] },
    },
    observed('before', BASE, TREE_BEFORE),
    {
      kind: 'agent.configured',
      data: { kind: 'generic', version: '1.0.0', binarySha256: sha256Hex('agent'), files: 0 },
      bodies: { command: ['application/json', '["agent","--task","-"]'] },
    },
    ...modelCall(0, ['p0', 'p1']),
    toolCall('call_1', 'edit_file', { path: 'package.json', new: '"left-pad":"1.3.0"' }),
    ...modelCall(1, ['p2']),
    ...Array.from({ length: moreCalls }, (_, i) => modelCall(i + 2, [`p${i + 3}`])).flat(),
    {
      kind: 'tool.returned',
      data: { toolCall: 'call_1', isError: false, resultPart: 'p2', channels: ['gateway'] },
    },
    {
      kind: 'change.observed',
      data: {
        ...{
          repository: 0,
          base: BASE,
          head: COMMIT,
          tree: TREE_AFTER,
          commits: [COMMIT],
          trees: [TREE_AFTER],
        },
        ...{ files: 1, dirty: 0, unexplained: 0 },
      },
      bodies: {
        commits: ['application/json', canonicalJson([{ sha: COMMIT, tree: TREE_AFTER }])],
        files: ['application/json', canonicalJson([{ path: 'package.json', status: 'modified' }])],
        patch: ['text/x-diff', PATCH],
      },
    },
    observed('after', COMMIT, TREE_AFTER),
  ]
}

function observed(moment: string, commit: string, tree: string): Fact {
  const state = { path: '/home/ada/shop', branch: 'main', remotes: [], untracked: [] }
  return {
    kind: 'repository.observed',
    data: { repository: 0, moment, commit, tree, clean: true, untracked: 0, submodules: 0 },
    bodies: { state: ['application/json', canonicalJson(state)] },
  }
}

function modelCall(turn: number, pieces: readonly string[]): readonly Fact[] {
  const call = `req_${turn}`
  const bodies = pieces.map((name) => [name, ['application/json', `{"piece":"${name}"}`] as const] as const)
  return [
    {
      kind: 'model.requested',
      data: {
        call,
        protocol: 'openai-chat',
        vendor: 'openai',
        model: 'sample-1',
        stream: true,
        bytes: 99,
      },
      bodies: { request: ['application/json', `{"skeleton":${turn}}`], ...Object.fromEntries(bodies) },
    },
    {
      kind: 'model.responded',
      data: {
        ...{ call, outcome: 'completed', status: 200, model: 'sample-1-2026', finishReason: 'tool_calls' },
        ...{
          inputTokens: 100,
          outputTokens: 20,
          cacheReadTokens: 64,
          cacheWriteTokens: 0,
          reasoningTokens: 5,
        },
        ...{ usage: 'reported', latencyMs: 812, firstByteMs: 90, costNanoUsd: 1_500_000 },
      },
      bodies: { response: ['text/event-stream', 'data: [DONE]\n\n'] },
    },
  ]
}

function toolCall(id: string, tool: string, given: object): Fact {
  return {
    kind: 'tool.called',
    data: { call: 'req_0', toolCall: id, tool, channels: ['gateway'] },
    bodies: { arguments: ['application/json', canonicalJson(given)] },
  }
}

function inState(
  part: EvidencePart,
  state: 'withheld' | 'erased' | undefined,
  entry: number | undefined,
): EvidencePart {
  const { event, name } = part
  if (state === 'erased' && entry !== undefined) return { event, name, state, entry }
  return state === 'withheld' ? { event, name, state } : part
}

function eventOf({ bytes }: LedgerEntry): RecordedEvent {
  const event = parseEvent(Buffer.from(bytes).toString())
  if (event === undefined) throw new Error('the sample recorder wrote something that is not an event')
  return event
}
