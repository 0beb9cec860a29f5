import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { DataDirectory } from '../../src/server/index.ts'
import { VENDOR_KEYS } from './running-custody.ts'

const CUSTODY = new URL('../../bin/custody', import.meta.url).pathname
const EMBEDDED = new URL('./embedded-custody.ts', import.meta.url).pathname

/** The real program in a process of its own. */
export interface CustodyProcess extends AsyncDisposable {
  readonly url: string
  /** What it wrote to stderr so far. */
  readonly stderr: () => string
  signal(name: NodeJS.Signals): void
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>
}

/** Starts `custody serve` on a free port, with every vendor at `upstream`. Rejects with what it wrote when it ends. */
export async function serveInProcess(directory: DataDirectory, upstream: string): Promise<CustodyProcess> {
  await writeFile(directory.config, configFor(upstream))
  return start([CUSTODY, 'serve', '--data', directory.root, '--listen', '127.0.0.1:0', '--json'], directory)
}

/** Starts a server that records as the one inside `custody run` does. */
export function embedInProcess(directory: DataDirectory, upstream: string): Promise<CustodyProcess> {
  return start([EMBEDDED, directory.root, upstream], directory)
}

/** Runs a custody command to its end. */
export async function runCustody(
  directory: DataDirectory,
  ...args: readonly string[]
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const child = launch([CUSTODY, ...args], directory)
  const stdout = textOf(child.stdout)
  const stderr = textOf(child.stderr)
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout: stdout(), stderr: stderr() }
}

async function start(args: readonly string[], directory: DataDirectory): Promise<CustodyProcess> {
  const child = launch(args, directory)
  const stderr = textOf(child.stderr)
  const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals)
  const first = child.stdout === null ? undefined : once(createInterface(child.stdout), 'line')
  const line = await Promise.race([first, ended.then(() => undefined)])
  if (line === undefined) throw new Error(`custody did not start: ${stderr()}`)
  const { url } = JSON.parse(String(line[0])) as { url: string }
  return {
    url,
    stderr,
    signal: (name) => child.kill(name),
    ended,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

function launch(args: readonly string[], directory: DataDirectory): ChildProcess {
  const home = dirname(directory.root)
  return spawn(process.execPath, [...args], {
    cwd: home,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      HOME: home,
      XDG_CONFIG_HOME: join(home, 'config'),
      NO_COLOR: '1',
      ANTHROPIC_API_KEY: VENDOR_KEYS.anthropic,
      OPENAI_API_KEY: VENDOR_KEYS.openai,
      GEMINI_API_KEY: VENDOR_KEYS.gemini,
    },
  })
}

function textOf(stream: NodeJS.ReadableStream | null): () => string {
  let text = ''
  stream?.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  return () => text
}

function configFor(upstream: string): string {
  const vendors = Object.keys(VENDOR_KEYS).map((vendor) => `    ${vendor}: { url: "${upstream}" }\n`)
  return `gateway:\n  upstreams:\n${vendors.join('')}runs:\n  abandonAfter: 1h\n`
}
