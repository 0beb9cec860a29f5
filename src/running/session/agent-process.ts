import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import type { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { sessionFailures } from './failures.ts'

/**
 * How the agent is connected. `terminal`: it shares the user's terminal, which hands Ctrl-C to the agent and to us alike.
 * `inherit`: it shares our streams, which are no terminal. Otherwise it is given these streams.
 */
export type AgentStreams =
  | 'terminal'
  | 'inherit'
  | { readonly stdin?: Readable; readonly stdout: Writable; readonly stderr: Writable }

export interface AgentStart {
  readonly program: string
  /** The whole command; its first word is what the program sees as its own name. */
  readonly command: readonly string[]
  readonly cwd: string
  readonly environment: Readonly<Record<string, string>>
  readonly streams: AgentStreams
}

export interface AgentEnd {
  readonly exitCode: number
  readonly signal?: NodeJS.Signals
}

export interface AgentProcess {
  readonly ended: Promise<AgentEnd>
  /** The first signal is the agent's to answer; the second one ends it. */
  interrupt(signal: NodeJS.Signals): void
}

const OUTPUT_GRACE_MS = 2000

/**
 * Starts the agent. Away from a terminal it leads a process group of its own, and whatever is left of that group when
 * the agent ends, or when this process ends, is killed. `ended` rejects with `session.command-not-started`.
 */
export function startAgent(start: AgentStart): AgentProcess {
  const leadsGroup = start.streams !== 'terminal'
  const child = spawn(start.program, start.command.slice(1), spawnOptions(start, leadsGroup))
  const kill = (signal: NodeJS.Signals): void => signalAgent(child, signal, leadsGroup)
  let interruptions = 0
  return {
    ended: seeOut(child, start.streams, () => kill('SIGKILL')),
    interrupt: (signal) => {
      interruptions++
      if (interruptions > 1) kill('SIGKILL')
      else if (leadsGroup || signal !== 'SIGINT') kill(signal)
    },
  }
}

async function seeOut(child: ChildProcess, streams: AgentStreams, killNow: () => void): Promise<AgentEnd> {
  process.once('exit', killNow)
  const output = connect(child, streams)
  try {
    return await awaitEnd(child)
  } finally {
    process.off('exit', killNow)
    killNow()
    await finishOutput(child, output)
  }
}

function spawnOptions(start: AgentStart, leadsGroup: boolean): SpawnOptions {
  const isPiped = typeof start.streams === 'object'
  return {
    cwd: start.cwd,
    env: { ...start.environment },
    argv0: start.command[0] ?? start.program,
    detached: leadsGroup,
    stdio: isPiped ? ['pipe', 'pipe', 'pipe'] : 'inherit',
  }
}

function connect(child: ChildProcess, streams: AgentStreams): readonly Promise<void>[] {
  if (typeof streams !== 'object') return []
  feed(child.stdin, streams.stdin)
  return [carry(child.stdout, streams.stdout), carry(child.stderr, streams.stderr)]
}

function feed(stdin: Writable | null, source: Readable | undefined): void {
  if (stdin === null) return
  stdin.on('error', () => undefined)
  // Once the agent has ended its input closes, and the source is let go.
  stdin.on('close', () => source?.unpipe(stdin))
  if (source === undefined) stdin.end()
  else source.pipe(stdin)
}

/** Passes output on and leaves the caller's stream open. When the reader goes away the agent meets a broken pipe. */
async function carry(from: Readable | null, to: Writable): Promise<void> {
  if (from === null) return
  await pipeline(from, to, { end: false }).catch(() => undefined)
}

async function awaitEnd(child: ChildProcess): Promise<AgentEnd> {
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
    if (signal === null) return { exitCode: code ?? 1 }
    return { exitCode: 128 + constants.signals[signal], signal }
  } catch (cause) {
    throw sessionFailures.create(
      'command-not-started',
      'The agent could not be started; check that its file is made for this machine and may be executed.',
      { cause },
    )
  }
}

/** Kills or signals what is left, be it nothing. */
function signalAgent(child: ChildProcess, signal: NodeJS.Signals, leadsGroup: boolean): void {
  if (child.pid === undefined) return
  try {
    if (leadsGroup) process.kill(-child.pid, signal)
    else child.kill(signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/** A process that left the group may hold the agent's output open for ever; what it says is not the agent's. */
async function finishOutput(child: ChildProcess, output: readonly Promise<void>[]): Promise<void> {
  const timer = setTimeout(() => {
    child.stdout?.destroy()
    child.stderr?.destroy()
  }, OUTPUT_GRACE_MS)
  await Promise.all(output)
  clearTimeout(timer)
}
