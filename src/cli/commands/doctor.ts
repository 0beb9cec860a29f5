import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { isFailure } from '../../kernel/index.ts'
import { placeOf, readServerConfig, settingsOf } from '../../server/index.ts'
import { describePlace } from '../../storage/index.ts'
import type { ApiClient } from '../api-client.ts'
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
  database: async (context, data) => {
    const directory = await chooseDirectory(context, data)
    const { database } = await readServerConfig(directory.config, secretReader(context))
    return describePlace(placeOf(directory, database.read()))
  },
  ledger: async (context, data) => {
    await using connection = await connect(context, data)
    const note = await connection.client.download('/v1/log/checkpoint')
    const [origin, size] = note.toString().split('\n')
    return `${size} entries, signed as ${origin}`
  },
  witnesses: async (context, data) => {
    await using connection = await connect(context, data)
    return await witnessesDetail(connection.client)
  },
  parts: async (context, data) => {
    await using connection = await connect(context, data)
    return await partsDetail(connection.client)
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

interface Witnesses {
  readonly witnesses: readonly {
    readonly name: string
    readonly problem?: string
    readonly contradicts: boolean
  }[]
  readonly lastQuorum?: { readonly size: number; readonly ageSeconds: number }
  readonly late: boolean
}

async function witnessesDetail(client: ApiClient): Promise<string> {
  const { witnesses, lastQuorum, late } = await client.get<Witnesses>('/v1/witnesses')
  if (witnesses.length === 0) return 'none; who holds the log key could rewrite the log unseen'
  const failing = witnesses.flatMap(({ name, problem }) =>
    problem === undefined ? [] : [`${name}: ${problem}`],
  )
  const quorum =
    lastQuorum === undefined
      ? 'no quorum yet'
      : `a quorum has cosigned ${lastQuorum.size} entries ${lastQuorum.ageSeconds} s ago`
  const detail = [quorum, ...failing].join('; ')
  if (late || witnesses.some(({ contradicts }) => contradicts)) throw new Error(detail)
  return detail
}

interface PartsPage {
  readonly parts: number
  readonly broken: readonly { readonly event: string; readonly name: string; readonly problem: string }[]
  readonly next?: number
}

/** Looks whether every part is there; `log fsck` reads them as well. */
async function partsDetail(client: ApiClient): Promise<string> {
  let parts = 0
  for (let from: number | undefined = 0; from !== undefined; ) {
    const page: PartsPage = await client.get<PartsPage>(`/v1/parts/check?from=${from}`)
    const [first] = page.broken
    if (first !== undefined) {
      const where = `${first.event}/${first.name}`
      throw new Error(
        `${where} is ${first.problem}, and no erasure explains it; look with "custody log fsck"`,
      )
    }
    parts += page.parts
    from = page.next
  }
  return `${parts} parts are there, or were erased by an entry of the log`
}
