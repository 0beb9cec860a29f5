import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { isFailure } from '../../kernel/index.ts'
import { readServerConfig, settingsOf } from '../../server/index.ts'
import { chooseDirectory, connect, secretReader } from '../connect.ts'
import type { Context } from '../context.ts'

interface Given {
  readonly options: { readonly data?: string }
}

interface Finding {
  readonly check: string
  readonly ok: boolean
  readonly detail: string
}

/** Every check runs; the exit code is 1 when one of them fails. */
export async function run(context: Context, { options }: Given): Promise<number> {
  const findings: Finding[] = []
  for (const [check, look] of Object.entries(CHECKS)) {
    findings.push(await attempt(check, () => look(context, options.data)))
  }
  const ok = findings.every((finding) => finding.ok)
  if (context.json) context.print(JSON.stringify({ ok, findings }))
  else {
    const { colours, print } = context
    for (const { check, ok: good, detail } of findings) {
      print(`${good ? colours.green('ok  ') : colours.red('fail')}  ${check.padEnd(15)} ${detail}`)
    }
  }
  return ok ? 0 : 1
}

type Look = (context: Context, data: string | undefined) => Promise<string>

const CHECKS: Readonly<Record<string, Look>> = {
  node: () => Promise.resolve(`Node ${process.versions.node}`),
  git: async () => (await promisify(execFile)('git', ['--version'])).stdout.trim(),
  'data directory': async (context, data) => {
    const { root } = await chooseDirectory(context, data)
    const { mode } = await stat(root).catch(() => {
      throw new Error(`${root} does not exist; run custody init`)
    })
    if ((mode & 0o077) !== 0) throw new Error(`${root} can be read by other users; run chmod 700 on it`)
    return root
  },
  configuration: async (context, data) => {
    const { config } = await chooseDirectory(context, data)
    const { upstreams } = settingsOf(await readServerConfig(config, secretReader(context)), 'embedded')
    const vendors = Object.keys(upstreams)
    if (vendors.length === 0) throw new Error('no vendor has a key; set one in custody.yaml or its variable')
    return `keys for ${vendors.join(', ')}`
  },
  ledger: async (context, data) => {
    await using connection = await connect(context, data)
    const note = await connection.client.download('/v1/log/checkpoint')
    const [origin, size] = note.toString().split('\n')
    return `${size} entries, signed as ${origin}`
  },
}

async function attempt(check: string, look: () => Promise<string>): Promise<Finding> {
  try {
    return { check, ok: true, detail: await look() }
  } catch (error) {
    const detail = isFailure(error) || error instanceof Error ? error.message : 'failed'
    return { check, ok: false, detail }
  }
}
