import type { ErasureOutcome } from '../../recording/retention/index.ts'
import type { ApiClient } from '../api-client.ts'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import { cliFailures } from '../failures.ts'
import { subjectAmong } from '../subject.ts'
import { counted, sizeText } from '../summary-lines.ts'

interface Given {
  readonly arguments: readonly string[]
  readonly options: {
    readonly reason?: string
    readonly note?: string
    readonly approve?: string
    readonly data?: string
  }
}

export async function run(context: Context, { arguments: [subject], options }: Given): Promise<number> {
  const { approve } = options
  if ((subject === undefined) === (approve === undefined)) {
    throw cliFailures.create('usage', 'Name what to erase, or with --approve what another person asked for.')
  }
  await using connection = await connect(context, options.data)
  const { client } = connection
  const outcome =
    approve === undefined ? await ask(client, subject ?? '', options) : await consent(client, approve)
  if (context.json) context.print(JSON.stringify(outcome))
  else for (const line of linesOf(outcome)) context.print(line)
  return 0
}

async function ask(
  client: ApiClient,
  text: string,
  { reason, note }: Given['options'],
): Promise<ErasureOutcome> {
  if (reason === undefined || note === undefined) {
    throw cliFailures.create('usage', 'An erasure takes --reason CODE and --note TEXT.')
  }
  const subject = await subjectAmong(client, text, ['part', 'run', 'person'])
  return client.post('/v1/erasures', { ...subject, reason, note })
}

function consent(client: ApiClient, request: string): Promise<ErasureOutcome> {
  if (!/^evt_[0-9A-Z]{26}$/.test(request)) {
    throw cliFailures.create('option-invalid', '--approve takes the id of a request: evt_…')
  }
  return client.post(`/v1/erasures/${request}/approve`, {})
}

function linesOf(outcome: ErasureOutcome): readonly string[] {
  if (outcome.state === 'requested') {
    return [
      `Asked for as ${outcome.request}; nothing is erased yet.`,
      `Another person approves it with: custody erase --approve ${outcome.request}`,
    ]
  }
  const { entries, parts, bytes } = outcome
  const by = entries.length === 1 ? `entry ${entries[0]}` : `entries ${entries.join(', ')}`
  return parts === 0
    ? [`Already erased by ${by} of the log.`]
    : [`Erased ${counted(parts, 'part')} (${sizeText(bytes)}) by ${by} of the log.`]
}
