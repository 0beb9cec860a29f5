import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { gitFailures } from './failures.ts'

/** Where a git command runs, and which repository its environment names. */
export interface GitPlace {
  readonly cwd: string
  /** Directories in which the git program is looked for, in the form of PATH. */
  readonly searchPath: string
  readonly variables: Readonly<Record<string, string>>
}

export interface GitOptions {
  readonly input?: Uint8Array | Readable
  readonly maxBytes?: number
  readonly timeoutMs?: number
  /** Exit codes besides 0 that are an answer and not an error. */
  readonly answers?: readonly number[]
}

export interface GitAnswer {
  readonly code: number
  readonly stdout: Buffer
}

export interface RunningGit {
  readonly stdout: Readable
  /** Resolves when the process has ended; rejects with a Failure unless its exit code was acceptable. */
  readonly ended: Promise<number>
  stop(): void
}

export const DEFAULT_SEARCH_PATH = '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin'
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024
const MAX_COMPLAINT_BYTES = 4096
const TIMEOUT_MS = 120_000

// What a repository configures must never start a program here, reach a network, or change what its objects say.
const SETTINGS = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.commitGraph=false',
  'core.attributesFile=/dev/null',
  'core.excludesFile=/dev/null',
  'core.untrackedCache=false',
  'log.showSignature=false',
  'protocol.allow=never',
  'protocol.ext.allow=never',
  'gc.auto=0',
  // Repositories in containers and on shared machines often belong to another user.
  'safe.directory=*',
].flatMap((setting) => ['-c', setting])

const ENVIRONMENT = {
  HOME: '/nonexistent',
  XDG_CONFIG_HOME: '/nonexistent',
  LC_ALL: 'C',
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_ASKPASS: 'true',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_LITERAL_PATHSPECS: '1',
  GIT_NO_LAZY_FETCH: '1',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
}

/** Runs git to its end and gives everything it printed; throws `git.*` for an error, too much output or too long a time. */
export async function runGit(
  place: GitPlace,
  args: readonly string[],
  options: GitOptions = {},
): Promise<GitAnswer> {
  const git = startGit(place, args, options)
  const maxBytes = options.maxBytes ?? MAX_OUTPUT_BYTES
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of git.stdout as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > maxBytes) throw tooLarge(args, maxBytes)
      chunks.push(chunk)
    }
  } catch (error) {
    git.stop()
    await git.ended.catch(() => undefined)
    throw error
  }
  const code = await git.ended
  return { code, stdout: Buffer.concat(chunks) }
}

/** Starts git and leaves reading its output to the caller, who must await `ended`. */
export function startGit(place: GitPlace, args: readonly string[], options: GitOptions = {}): RunningGit {
  const child = spawn('git', [...SETTINGS, ...args], {
    cwd: place.cwd,
    env: { ...ENVIRONMENT, PATH: place.searchPath, ...place.variables },
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: options.timeoutMs ?? TIMEOUT_MS,
    killSignal: 'SIGKILL',
  })
  const complaint = collectComplaint(child.stderr)
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', (cause) => reject(notStarted(place, cause)))
    child.once('close', (code) => {
      if (code === 0 || (code !== null && options.answers?.includes(code))) resolve(code)
      else reject(code === null ? killed(args) : failed(args, code, complaint()))
    })
  })
  // The caller may still be reading when git fails; the rejection is seen when it awaits `ended`.
  ended.catch(() => undefined)
  feed(child.stdin, options.input)
  return { stdout: child.stdout, ended, stop: () => void child.kill('SIGKILL') }
}

function feed(stdin: NodeJS.WritableStream, input: Uint8Array | Readable | undefined): void {
  // A broken pipe only says that git ended early; its exit code tells the rest.
  stdin.on('error', () => undefined)
  if (input === undefined) stdin.end()
  else if (input instanceof Uint8Array) stdin.end(input)
  else pipeline(input, stdin).catch(() => undefined)
}

function collectComplaint(stderr: Readable): () => string {
  let text = ''
  stderr.setEncoding('utf8')
  stderr.on('data', (chunk: string) => {
    if (text.length < MAX_COMPLAINT_BYTES) text += chunk
  })
  return () => text.slice(0, MAX_COMPLAINT_BYTES)
}

function notStarted(place: GitPlace, cause: unknown): Error {
  if (!existsSync(place.cwd)) {
    return gitFailures.create('no-directory', 'The directory of the repository is gone; restore it.', {
      cause,
    })
  }
  return gitFailures.create(
    'not-installed',
    'The git program could not be started; install git and make sure it is on the PATH.',
    { cause },
  )
}

function killed(args: readonly string[]): Error {
  return gitFailures.create(
    'timed-out',
    `git ${args[0]} was ended before it finished, most likely because it took too long; try again on a quieter machine.`,
  )
}

function failed(args: readonly string[], code: number, complaint: string): Error {
  return gitFailures.create(
    'failed',
    `git ${args[0]} ended with exit code ${code}; check the repository with "git fsck".`,
    { cause: new Error(complaint) },
  )
}

function tooLarge(args: readonly string[], maxBytes: number): Error {
  return gitFailures.create(
    'output-too-large',
    `git ${args[0]} printed more than ${maxBytes} bytes, which is the most that is read at once.`,
  )
}
