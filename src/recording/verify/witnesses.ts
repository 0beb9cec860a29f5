import { type Check, judged } from './bundle/report.ts'
import { verifyCosignatures } from './cosignature.ts'
import type { VerifyCrypto } from './crypto.ts'
import type { Note } from './note.ts'
import type { WitnessPolicy } from './witness-policy.ts'

/** Whether enough witnesses of the policy have cosigned a checkpoint; not judged without a policy. */
export function judgeWitnesses(
  crypto: VerifyCrypto,
  { note, policy }: { readonly note: Note | undefined; readonly policy: WitnessPolicy | undefined },
): Check {
  if (policy === undefined) {
    return { status: 'not-present', detail: 'no witness policy was given', problems: [] }
  }
  const cosignatures =
    note === undefined
      ? []
      : verifyCosignatures(
          crypto,
          note,
          policy.witnesses.map(({ key }) => key),
        )
  const seen = `${cosignatures.length} of ${policy.witnesses.length} witnesses have cosigned the checkpoint`
  if (!policy.hasQuorum(cosignatures)) return judged([`${seen}, which is no quorum`], '')
  const oldest = Math.min(...cosignatures.map(({ time }) => time))
  return judged(
    [],
    cosignatures.length === 0 ? 'the policy asks for no witness' : `${seen}, since ${day(oldest)}`,
  )
}

/** A time far from any date is shown as the number it is. */
function day(seconds: number): string {
  const date = new Date(seconds * 1000)
  return Number.isNaN(date.getTime()) ? `second ${seconds}` : date.toISOString()
}
