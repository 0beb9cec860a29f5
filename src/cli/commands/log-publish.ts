import { rm } from 'node:fs/promises'
import { resolve, sep } from 'node:path'
import { isFailure } from '../../kernel/index.ts'
import { LogPublisher, type LogSource } from '../../recording/ledger/index.ts'
import { nodeCrypto } from '../../recording/node-crypto/index.ts'
import { parseVkey } from '../../recording/verify/index.ts'
import { chooseDirectory, connect } from '../connect.ts'
import type { Context } from '../context.ts'
import { cliFailures } from '../failures.ts'
import { withProgress } from '../progress.ts'
import { remoteLog } from '../remote-log.ts'

interface Given {
  readonly options: { readonly out?: string; readonly data?: string }
}

/** Copies what the server publishes; run again, it adds what has come since. */
export async function run(context: Context, { options }: Given): Promise<number> {
  const out = resolve(options.out ?? '')
  const { root } = await chooseDirectory(context, options.data)
  if (`${out}${sep}`.startsWith(`${root}${sep}`)) {
    throw cliFailures.create('option-invalid', `--out takes a place outside the data directory ${root}.`)
  }
  await using connection = await connect(context, options.data)
  const { client, vkey } = connection
  await client.post('/v1/log/publish', {})
  const source = await remoteLog(client, vkey)
  await withProgress(context, 'Publishing', () => publishInto(out, source, vkey))
  const size = await source.size()
  if (context.json) context.print(JSON.stringify({ directory: out, size }))
  else {
    context.print(`${out}: ${size} entries`)
    context.note(`Anyone can check it, offline: custody verify ${out} --key '${vkey}'`)
  }
  return 0
}

async function publishInto(out: string, source: LogSource, vkeyText: string): Promise<void> {
  const vkey = parseVkey(nodeCrypto.sha256, vkeyText)
  if (vkey === undefined) throw new Error('the session has no log key')
  const temporary = `${out}-tmp`
  try {
    const publisher = await LogPublisher.open({ source, vkey, directory: out, temporary })
    await publisher.publish()
  } catch (cause) {
    if (!isFailure(cause) || cause.code === 'ledger.disk-full') throw cause
    // The server went away, or gave something else.
    if (isFailure(cause.cause)) throw cause.cause
    const reason = cause.cause instanceof Error ? cause.cause.message : cause.message
    const message = `${out} cannot take this log (${reason}); choose an empty or new directory with --out.`
    throw cliFailures.create('log-differs', message, { cause })
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}
