import type { HoldRow } from '../../recording/retention/index.ts'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import { cliFailures } from '../failures.ts'
import { holdLine } from '../hold-line.ts'

interface Given {
  readonly arguments: readonly string[]
  readonly options: { readonly reason?: string; readonly data?: string }
}

export async function run(context: Context, { arguments: [id = ''], options }: Given): Promise<number> {
  if (!/^evt_[0-9A-Z]{26}$/.test(id)) {
    throw cliFailures.create(
      'option-invalid',
      'HOLD is the id of a hold: evt_…; "custody hold list" lists them.',
    )
  }
  await using connection = await connect(context, options.data)
  const hold = await connection.client.post<HoldRow>(`/v1/holds/${id}/lift`, { reason: options.reason })
  context.print(context.json ? JSON.stringify(hold) : holdLine(hold))
  return 0
}
