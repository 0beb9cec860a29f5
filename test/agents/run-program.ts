import { spawn } from 'node:child_process'

export interface ProgramRun {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

const TIME_LIMIT_MS = 180_000

/** Runs a program to its end, in a process group of its own, so that nothing it started outlives the time limit. */
export function runProgram(
  [program = '', ...words]: readonly string[],
  place: { readonly cwd: string; readonly environment: Readonly<Record<string, string>> },
): Promise<ProgramRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, {
      cwd: place.cwd,
      env: { ...place.environment },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
    const timer = setTimeout(() => process.kill(-(child.pid ?? 0), 'SIGKILL'), TIME_LIMIT_MS)
    child.once('error', reject).once('close', (exitCode) => {
      clearTimeout(timer)
      resolve({ exitCode, stdout: text(stdout), stderr: text(stderr) })
    })
    child.once('error', () => clearTimeout(timer))
  })
}

function text(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString('utf8')
}
