import { nodeCrypto } from '../../recording/node-crypto/index.ts'
import { parseVkey } from '../../recording/verify/index.ts'
import { startWitnessServer } from '../../server/index.ts'
import type { Context } from '../context.ts'
import { cliFailures } from '../failures.ts'
import { parseListen } from '../listen.ts'
import { stopSignal } from '../stop-signal.ts'

interface Given {
  readonly options: {
    readonly dir?: string
    readonly log?: readonly string[]
    readonly listen?: string
    readonly behindProxy?: boolean
  }
}

const DEFAULT_LISTEN = '127.0.0.1:4881'

export async function run(context: Context, { options }: Given): Promise<number> {
  const { dir = '', log = [], listen = DEFAULT_LISTEN, behindProxy = false } = options
  const logs = log.map((text) => {
    const vkey = parseVkey(nodeCrypto.sha256, text)
    if (vkey !== undefined) return vkey
    throw cliFailures.create(
      'option-invalid',
      '--log takes a public key of the form NAME+8 hex digits+base64.',
    )
  })
  const server = await startWitnessServer({ directory: dir, logs, ...parseListen(listen, behindProxy) })
  const { url, vkey } = server
  if (context.json) context.print(JSON.stringify({ url, vkey, logs: log }))
  else {
    context.print(`Custody witnesses at ${url}`)
    context.note(`  as ${vkey}`)
    context.note(`  logs: ${[...new Set(logs.map(({ name }) => name))].join(', ')}`)
  }
  await stopSignal(() => undefined)
  await server.close()
  return 0
}
