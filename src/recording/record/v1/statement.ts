import { integerAt, stringAt, stringsAt } from '../fields.ts'
import type { RecordedEvent } from './event.ts'

export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1'

/** An in-toto Statement v1: these artifacts, and what is said about them. Canonical JSON of it is the DSSE payload. */
export interface Statement<Predicate> {
  readonly _type: typeof STATEMENT_TYPE
  readonly subject: readonly Subject[]
  readonly predicateType: string
  readonly predicate: Predicate
}

export interface Subject {
  readonly name: string
  /** Algorithm (`gitCommit`, `gitTree`, `sha256`) to lower-case hex. */
  readonly digest: Readonly<Record<string, string>>
}

/** The commits a run made and the trees they hold, each once. `repository-0` is the run's first repository. */
export function changeSubjects(events: readonly RecordedEvent[]): readonly Subject[] {
  const subjects = events
    .filter((event) => event.kind === 'change.observed')
    .flatMap(({ data }) => {
      const name = repositoryName(integerAt(data, 'repository') ?? 0)
      const tree = stringAt(data, 'tree')
      return [
        ...stringsAt(data, 'commits').map((gitCommit) => ({ name, digest: { gitCommit } })),
        ...[...stringsAt(data, 'trees'), ...(tree === undefined ? [] : [tree])].map((gitTree) => ({
          name,
          digest: { gitTree },
        })),
      ]
    })
  return [...new Map(subjects.map((subject) => [JSON.stringify(subject), subject])).values()]
}

/** A repository by its place in the run; its path and remote are personal and stay in parts. */
export function repositoryName(repository: number): string {
  return `repository-${repository}`
}
