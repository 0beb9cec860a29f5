import { integerAt, stringAt } from '../fields.ts'
import type { PartCommitment, RecordedEvent } from './event.ts'
import type { ExecutionRecord } from './execution-record.ts'
import { changeSubjects, repositoryName, STATEMENT_TYPE, type Statement } from './statement.ts'

const PROVENANCE_TYPE = 'https://slsa.dev/provenance/v1'
/** The draft build type for commits made by agents (A. McNamara, CC-BY-4.0). */
export const AGENT_COMMIT_BUILD_TYPE = 'https://refs.arewm.com/agent-commit/v0.3'
/** SLSA has no field for the accountable person, so this extension names one by its URI. */
export const SPONSOR_FIELD = 'https://custody.dev/sponsor'

/** The build type knows one target; a run over several repositories names the others here. */
const FURTHER_TARGETS_FIELD = 'https://custody.dev/further-targets'

/** SLSA provenance v1 of the commits of a run. */
export interface Provenance {
  readonly buildDefinition: {
    readonly buildType: string
    readonly externalParameters: {
      readonly task: { readonly uri: string; readonly commitment: PartCommitment }
      readonly target?: Target
      readonly [FURTHER_TARGETS_FIELD]?: readonly Target[]
    }
    readonly internalParameters: {
      readonly agent: {
        readonly model: readonly string[]
        readonly runtime: string
        readonly tools: readonly string[]
      }
    }
    readonly resolvedDependencies: readonly ResourceDescriptor[]
  }
  readonly runDetails: {
    readonly builder: { readonly id: string; readonly version: Readonly<Record<string, string>> }
    readonly metadata: {
      readonly invocationId: string
      readonly startedOn: string
      readonly finishedOn: string
    }
    readonly byproducts: readonly ResourceDescriptor[]
  }
  readonly [SPONSOR_FIELD]: string
}

interface Target {
  readonly repository: string
  readonly baseCommit: string
}

interface ResourceDescriptor {
  readonly name: string
  readonly digest: Readonly<Record<string, string>>
}

export interface ProvenanceInput {
  readonly events: readonly RecordedEvent[]
  /** The execution record of the same events. */
  readonly record: ExecutionRecord
  /** Version of the recorder. */
  readonly version: string
}

/** The provenance statement about a run's commits; undefined when the run made none. */
export function buildProvenance({
  events,
  record,
  version,
}: ProvenanceInput): Statement<Provenance> | undefined {
  const subject = changeSubjects(events)
  if (!subject.some(({ digest }) => 'gitCommit' in digest)) return undefined
  const predicate: Provenance = {
    buildDefinition: {
      buildType: AGENT_COMMIT_BUILD_TYPE,
      externalParameters: {
        task: { uri: `custody:${record.run}/task`, commitment: record.task },
        ...targets(events),
      },
      internalParameters: {
        agent: {
          model: record.models.map(({ model }) => model),
          runtime: [record.agent?.kind ?? 'unknown', record.agent?.version ?? 'unknown'].join('@'),
          tools: record.tools.map(({ tool }) => tool),
        },
      },
      resolvedDependencies: dependencies(record),
    },
    runDetails: {
      builder: { id: 'https://custody.dev/recorder/v1', version: { custody: version } },
      metadata: { invocationId: record.run, startedOn: record.openedAt, finishedOn: record.closedAt },
      byproducts: [{ name: 'events', digest: { sha256: record.entries.root } }],
    },
    [SPONSOR_FIELD]: record.sponsor,
  }
  return { _type: STATEMENT_TYPE, subject, predicateType: PROVENANCE_TYPE, predicate }
}

function targets(events: readonly RecordedEvent[]) {
  const [target, ...further] = events
    .filter((event) => event.kind === 'change.observed')
    .flatMap(({ data }): readonly Target[] => {
      const baseCommit = stringAt(data, 'base')
      const repository = repositoryName(integerAt(data, 'repository') ?? 0)
      return baseCommit === undefined ? [] : [{ repository, baseCommit }]
    })
  return {
    ...(target === undefined ? {} : { target }),
    ...(further.length === 0 ? {} : { [FURTHER_TARGETS_FIELD]: further }),
  }
}

function dependencies(record: ExecutionRecord): readonly ResourceDescriptor[] {
  const repositories = record.repositories.flatMap(({ repository, commit }) =>
    commit === undefined ? [] : [{ name: repositoryName(repository), digest: { gitCommit: commit } }],
  )
  const binary = record.agent?.binarySha256
  return [
    ...repositories,
    ...(record.policyDigest === '' ? [] : [{ name: 'policy', digest: { sha256: record.policyDigest } }]),
    ...(binary === undefined ? [] : [{ name: 'agent', digest: { sha256: binary } }]),
  ]
}
