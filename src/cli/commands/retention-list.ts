import type { ErasureRow, RequestRow } from '../../recording/retention/index.ts'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import { cliFailures } from '../failures.ts'
import { printableLine } from '../printable.ts'
import { counted, sizeText } from '../summary-lines.ts'

interface Given {
  readonly options: { readonly limit?: string; readonly data?: string }
}

interface Listed {
  readonly erasures: readonly ErasureRow[]
  readonly requests: readonly Omit<RequestRow, 'done_by'>[]
  readonly next?: number
}

export async function run(context: Context, { options }: Given): Promise<number> {
  const limit = Number(options.limit ?? 20)
  if (!Number.isInteger(limit) || limit < 1 || limit > 500) {
    throw cliFailures.create('option-invalid', '--limit takes a whole number from 1 to 500.')
  }
  await using connection = await connect(context, options.data)
  const listed = await connection.client.get<Listed>(`/v1/erasures?limit=${limit}`)
  if (context.json) {
    context.print(JSON.stringify(listed))
    return 0
  }
  for (const { event, at, scope, subject, reason } of listed.requests) {
    context.print(
      [event, at.slice(0, 19), 'waits for approval', `${scope} ${printableLine(subject)}`, reason].join('  '),
    )
  }
  for (const erasure of listed.erasures) context.print(lineOf(erasure))
  if (listed.next !== undefined) context.note(`These are the newest ${limit}; there are more (--limit).`)
  return 0
}

function lineOf({ entry, at, scope, subject, reason, parts, bytes }: ErasureRow): string {
  const what = `${scope} ${printableLine(subject)}`
  return [`entry ${entry}`, at.slice(0, 19), what, reason, counted(parts, 'part'), sizeText(bytes)].join('  ')
}
