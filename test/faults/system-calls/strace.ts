import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { parseTold, type Told } from './told.ts'

const SCENARIO = new URL('./scenario-process.ts', import.meta.url).pathname

/** Calls by which a file or a name in a directory changes or becomes durable. */
const CHANGING_CALLS = [
  'write',
  'pwrite64',
  'fsync',
  'fdatasync',
  'ftruncate',
  'rename',
  'unlink',
  'mkdir',
  'rmdir',
] as const
export type ChangingCall = (typeof CHANGING_CALLS)[number]

/** Others with such effects; a trace that has one on our files cannot be read, and says so. */
export const UNREAD_CALLS = [
  'writev',
  'pwritev',
  'pwritev2',
  'truncate',
  'fallocate',
  'copy_file_range',
  'sendfile',
  'renameat',
  'renameat2',
  'link',
  'linkat',
  'symlink',
  'symlinkat',
  'unlinkat',
  'mkdirat',
] as const

/** What happens to one call: the `nth` of its kind that concerns `path`. */
export interface Injection {
  readonly call: ChangingCall
  readonly path: string
  readonly nth: number
  /** strace's words: `signal=SIGKILL`, `error=EIO`. */
  readonly fault: string
}

export interface Life {
  readonly told: readonly Told[]
  readonly signal: NodeJS.Signals | null
}

export type Ending = 'close' | 'leave'
export type Work = 'small' | 'large'

interface LifeOptions {
  readonly directory: string
  readonly ending: Ending
  readonly work: Work
  /** Where the calls are written to. */
  readonly record: string
  readonly inject?: Injection
}

/** Throws, saying what to install, where strace is missing or may not trace. */
export async function requireStrace(): Promise<void> {
  const child = spawn('strace', ['-f', '-o', '/dev/null', 'true'], { stdio: ['ignore', 'ignore', 'pipe'] })
  const complaint = text(child.stderr)
  const code = await exitOf(child).catch(() => undefined)
  if (code?.code === 0) return
  const why = code === undefined ? 'it is not installed (apt-get install strace)' : await complaint
  throw new Error(`These tests need strace on Linux: ${why}`)
}

/** Runs the scenario in `directory` once, as one process of its own, and gives back what it told until its end. */
export async function runLife({ directory, ending, work, record, inject }: LifeOptions): Promise<Life> {
  // Faults come to nothing together with the quicker way of tracing.
  const tracing =
    inject === undefined
      ? [
          '--seccomp-bpf',
          '-y',
          '-xx',
          '-s',
          '2000000',
          '-e',
          `trace=openat,${[...CHANGING_CALLS, ...UNREAD_CALLS].join(',')}`,
        ]
      : ['-y', '-P', inject.path, '-e', `trace=${inject.call}`, '-e', injection(inject)]
  const command = ['-f', '-o', record, ...tracing]
  const child = spawn('strace', [...command, process.execPath, SCENARIO, directory, ending, work], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // With one thread for files, the calls of each path come in one order, which strace counts.
    env: { ...process.env, UV_THREADPOOL_SIZE: '1' },
  })
  const [output, { signal }] = await Promise.all([text(child.stdout), exitOf(child)])
  return { told: parseTold(output), signal }
}

function injection({ call, fault, nth }: Injection): string {
  return `inject=${call}:${fault}:when=${nth}`
}

function exitOf(child: ReturnType<typeof spawn>) {
  return new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal }))
  })
}
