import { packageVersion } from '../../kernel/index.ts'
import type { Context } from '../context.ts'

export function run(context: Context): Promise<number> {
  const version = packageVersion()
  context.print(context.json ? JSON.stringify({ version, node: process.versions.node }) : version)
  return Promise.resolve(0)
}
