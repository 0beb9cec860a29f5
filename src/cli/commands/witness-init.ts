import { createWitnessKey } from '../../recording/witness/index.ts'
import type { Context } from '../context.ts'

interface Given {
  readonly options: { readonly dir?: string; readonly name?: string }
}

export async function run(context: Context, { options }: Given): Promise<number> {
  const { dir = '', name = '' } = options
  const { vkeyText: vkey } = await createWitnessKey(dir, name)
  if (context.json) context.print(JSON.stringify({ dir, vkey }))
  else context.print(vkey)
  context.note('Whoever relies on it puts a line into the witness policy: witness NAME VKEY URL')
  return 0
}
