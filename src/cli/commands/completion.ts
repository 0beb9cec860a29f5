import { bashScript } from '../completion/bash.ts'
import { fishScript } from '../completion/fish.ts'
import { zshScript } from '../completion/zsh.ts'
import type { Context } from '../context.ts'

interface Given {
  readonly arguments: readonly string[]
}

export function run(context: Context, { arguments: [shell = ''] }: Given): Promise<number> {
  const script = SCRIPTS[shell]?.() ?? ''
  context.print(context.json ? JSON.stringify({ shell, script }) : script.trimEnd())
  return Promise.resolve(0)
}

/** The table of commands lets no other shell through. */
const SCRIPTS: Readonly<Record<string, () => string>> = { bash: bashScript, zsh: zshScript, fish: fishScript }
