import { type ChildProcess, spawn } from 'node:child_process'

export interface Ended {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Child {
  readonly ended: Promise<Ended>
  /** The first line on stdout; rejects when the program ends without one. */
  readonly firstLine: Promise<string>
  /** What it has said on stderr so far. */
  said(): string
  /** Asks for an end, again after a while, and at last insists. */
  stop(): Promise<Ended>
}

export interface Place {
  readonly cwd: string
  readonly environment: Readonly<Record<string, string>>
}

const PATIENCE_MS = 4000

/** The demo's processes: each can be awaited, and all can be ended together. */
export class Children {
  readonly #running = new Set<Child>()
  #closed = false

  /** Starts a program in a process group of its own, so that Ctrl-C reaches the demo alone, which then ends the others. */
  start([program = '', ...words]: readonly string[], { cwd, environment }: Place): Child {
    if (this.#closed) throw new Error('interrupted')
    const options = { cwd, env: { ...environment }, detached: true } as const
    const child = watch(spawn(program, words, { ...options, stdio: ['ignore', 'pipe', 'pipe'] }))
    this.#running.add(child)
    const forget = () => this.#running.delete(child)
    child.ended.then(forget, forget)
    return child
  }

  /** Ends what runs; nothing can be started any more. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.allSettled([...this.#running].map((child) => child.stop()))
  }
}

function watch(child: ChildProcess): Child {
  const out = collect(child.stdout)
  const err = collect(child.stderr)
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (exitCode) => resolve({ exitCode, stdout: out.text(), stderr: err.text() }))
  })
  return { ended, firstLine: firstLine(child, ended), said: err.text, stop: () => stop(child, ended) }
}

function collect(stream: ChildProcess['stdout']): { text(): string } {
  const chunks: Buffer[] = []
  stream?.on('data', (chunk: Buffer) => chunks.push(chunk))
  return { text: () => Buffer.concat(chunks).toString('utf8') }
}

function firstLine(child: ChildProcess, ended: Promise<Ended>): Promise<string> {
  const line = new Promise<string>((resolve, reject) => {
    let text = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8')
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')))
    })
    ended.then(({ stderr }) => reject(new Error(stderr.trim() || 'it ended without a word')), reject)
  })
  // Most programs are only awaited to their end.
  line.catch(() => undefined)
  return line
}

/** Two SIGTERM: the second tells `custody run` to end an agent that does not listen, `custody serve` not to wait. */
async function stop(child: ChildProcess, ended: Promise<Ended>): Promise<Ended> {
  const signals = (['SIGTERM', 'SIGTERM', 'SIGKILL'] as const).map((signal, turn) =>
    setTimeout(() => child.kill(signal), turn * PATIENCE_MS),
  )
  try {
    return await ended
  } finally {
    for (const timer of signals) clearTimeout(timer)
  }
}
