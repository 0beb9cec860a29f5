import type { ApiClient } from './api-client.ts'
import { cliFailures } from './failures.ts'

/** The id of the run that a command line names by its id or by a commit it made (7 digits or more). */
export async function runOf(client: ApiClient, subject: string): Promise<string> {
  if (/^run_[0-9A-Z]{26}$/.test(subject)) return subject
  if (!/^[0-9a-f]{7,64}$/i.test(subject)) {
    throw cliFailures.create(
      'run-unknown',
      `${JSON.stringify(subject.slice(0, 80))} is neither a run id nor a commit id; "custody runs" lists the runs.`,
    )
  }
  const { runs } = await client.get<{ runs: string[] }>(`/v1/commits/${subject}`)
  const [first] = runs
  if (first === undefined) {
    throw cliFailures.create(
      'run-unknown',
      `No recorded run made the commit ${subject}; "custody runs" lists the runs.`,
    )
  }
  if (runs.length === 1) return first
  throw cliFailures.create(
    'run-ambiguous',
    `Several runs made ${subject}: ${runs.join(', ')}; name one of them.`,
  )
}
