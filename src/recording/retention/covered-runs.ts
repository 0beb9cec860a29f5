import type { RunRow } from '../runs/index.ts'
import { retentionFailures } from './failures.ts'
import type { Covered, HoldRow } from './store.ts'

/** Everything about these runs that a hold may name. */
export function coveredBy(runs: readonly Pick<RunRow, 'id' | 'workflow' | 'sponsor'>[]): Covered {
  return {
    run: runs.map(({ id }) => id),
    workflow: [...new Set(runs.map(({ workflow }) => workflow))],
    person: [...new Set(runs.map(({ sponsor }) => sponsor))],
  }
}

/** Whether a hold covers a run. */
export function covers(
  { scope, subject }: HoldRow,
  run: Pick<RunRow, 'id' | 'workflow' | 'sponsor'>,
): boolean {
  const subjects: Readonly<Record<string, string>> = {
    run: run.id,
    workflow: run.workflow,
    person: run.sponsor,
    organisation: subject,
  }
  return subjects[scope] === subject
}

export function held(hold: HoldRow) {
  const what = hold.scope === 'organisation' ? 'everything' : `the ${hold.scope} ${hold.subject}`
  const message = `The legal hold ${hold.event} covers ${what}; nothing of it is erased until a person lifts it.`
  return retentionFailures.create('held', message)
}
