import type { SweepReport } from '../../recording/retention/index.ts'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import { counted, sizeText } from '../summary-lines.ts'

interface Given {
  readonly options: { readonly confirmClock?: boolean; readonly data?: string }
}

export async function run(context: Context, { options }: Given): Promise<number> {
  await using connection = await connect(context, options.data)
  const confirmClock = options.confirmClock === true
  const swept = await connection.client.post<SweepReport>('/v1/retention/sweep', { confirmClock })
  if (context.json) context.print(JSON.stringify(swept))
  else for (const line of linesOf(swept)) context.print(line)
  return 0
}

function linesOf({ at, clock, runs, parts, bytes, held, keys }: SweepReport): readonly string[] {
  const erased = `Erased ${counted(parts, 'part')} of ${counted(runs, 'run')} (${sizeText(bytes)}), expired by ${at}.`
  return [
    erased,
    ...(keys > 0 ? [`Destroyed ${counted(keys, 'key')} under which nothing is left.`] : []),
    ...(held > 0 ? [`Kept ${counted(held, 'expired run')} under legal hold.`] : []),
    ...(clock === 'ahead'
      ? [`The clock is far ahead of ${at}; it is believed after a day, or now with --confirm-clock.`]
      : []),
  ]
}
