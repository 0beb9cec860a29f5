import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

const CUSTODY = new URL('../../bin/custody', import.meta.url).pathname
const HEAP_MEGABYTES = 256
/** Said last of all on stderr, after whatever the command says. */
const TELL_PEAK =
  'data:text/javascript,process.on("exit",()=>process.stderr.write("\\npeak="+process.resourceUsage().maxRSS))'

export interface Verified {
  /** Of the process; null when it was ended by a signal, as one that runs out of memory is. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  /** The most memory it ever had. */
  readonly peakMegabytes: number
}

/** Runs `custody verify` in a process that may have little memory. */
export async function verifyInLittleMemory(home: string, ...args: readonly string[]): Promise<Verified> {
  const options = [`--max-old-space-size=${HEAP_MEGABYTES}`, '--import', TELL_PEAK]
  const child = spawn(process.execPath, [...options, CUSTODY, 'verify', ...args], {
    cwd: home,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: home, NO_COLOR: '1' },
  })
  const outputs = Promise.all([text(child.stdout), text(child.stderr)])
  const [code] = (await once(child, 'close')) as [number | null]
  const [stdout, stderr] = await outputs
  const peak = Number(/peak=(\d+)$/.exec(stderr)?.[1] ?? Number.POSITIVE_INFINITY)
  return { code, stdout, stderr: stderr.replace(/\npeak=\d+$/, ''), peakMegabytes: peak / 1024 }
}
