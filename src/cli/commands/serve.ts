import { checkDataDirectory, placeOf, readServerConfig, settingsOf, startServer } from '../../server/index.ts'
import { describePlace } from '../../storage/index.ts'
import { chooseDirectory, secretReader } from '../connect.ts'
import type { Context } from '../context.ts'
import { parseListen } from '../listen.ts'
import { stopSignal } from '../stop-signal.ts'

interface Given {
  readonly options: {
    readonly data?: string
    readonly listen?: string
    readonly config?: string
    readonly database?: string
  }
}

export async function run(context: Context, { options }: Given): Promise<number> {
  const directory = await chooseDirectory(context, options.data)
  await checkDataDirectory(directory)
  const config = await readServerConfig(options.config ?? directory.config, secretReader(context))
  const { host, port } =
    options.listen === undefined ? config.listen : parseListen(options.listen, config.behindProxy)
  const { database } = options
  const settings = { ...settingsOf(config, 'server'), ...(database === undefined ? {} : { database }) }
  const server = await startServer(directory, {
    host,
    port,
    settings,
    report: context.complain,
  })
  const vendors = Object.keys(settings.upstreams)
  if (context.json) context.print(JSON.stringify({ url: server.url, data: directory.root, vendors }))
  else {
    context.print(`Custody serves ${server.url}`)
    context.note(`  data directory ${directory.root}`)
    if (settings.database !== undefined) {
      context.note(`  ledger in ${describePlace(placeOf(directory, settings.database))}`)
    }
    context.note(
      `  vendors with a key: ${vendors.join(', ') || 'none (set a key in custody.yaml or its variable)'}`,
    )
  }
  await stopSignal(() => context.note('Finishing what is in flight; once more to cut it.'))
  await server.close()
  return 0
}
