import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'

/** What a shell command printed and how it ended. */
export interface Ended {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number
}

const GIT_CONFIG = `[user]
  name = Ada
  email = ada@example.com
[init]
  defaultBranch = main
`

const LONGEST_COMMAND_MS = 60_000

/** Shell functions for the transcripts. */
const PRELUDE = `until_line() { until grep -qs -- "$2" "$1"; do sleep 0.05; done; }
in_background() { log="$1"; shift; ("$@" >> "$log" 2>&1; echo "ended with $?" >> "$log") > /dev/null 2>&1 & }
`

/** A home directory and a git repository of their own, with the real \`custody\` on the path. */
export class ScratchWorld {
  readonly #root: string
  readonly #groups: number[] = []

  private constructor(root: string) {
    this.#root = root
  }

  static async create(): Promise<ScratchWorld> {
    const world = new ScratchWorld(await realpath(await mkdtemp(join(tmpdir(), 'custody-test-cli-'))))
    for (const folder of ['bin', 'home', 'repo', 'cache', 'tmp']) await mkdir(join(world.#root, folder))
    await symlink(resolve('bin/custody'), join(world.#root, 'bin', 'custody'))
    await writeFile(join(world.#root, 'home', '.gitconfig'), GIT_CONFIG)
    await writeFile(join(world.#root, 'prelude.sh'), PRELUDE)
    await world.write('README.md', 'hello\n')
    await world.shell('git init --quiet && git add . && git commit --quiet -m first')
    return world
  }

  /** Writes a file of the repository's folder. */
  async write(path: string, content: string): Promise<void> {
    const file = join(this.#root, 'repo', path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, content)
  }

  /** Runs a command in the repository, away from any terminal. \`HOME\` and \`REPO\` stand for the paths in what it printed. */
  async shell(command: string, variables: Readonly<Record<string, string>> = {}): Promise<Ended> {
    const child = spawn('bash', ['-c', command], {
      cwd: join(this.#root, 'repo'),
      env: { ...this.#environment(), ...variables },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    if (child.pid !== undefined) this.#groups.push(child.pid)
    const cut = setTimeout(() => endGroup(child.pid ?? 0), LONGEST_COMMAND_MS)
    const ended = new Promise<number>((settle) => child.on('exit', (code) => settle(code ?? -1)))
    const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), ended])
    clearTimeout(cut)
    return { stdout: this.#named(stdout), stderr: this.#named(stderr), exitCode }
  }

  /** Ends what a command left running and removes everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const group of this.#groups) endGroup(group)
    await rm(this.#root, { recursive: true, force: true, maxRetries: 3 })
  }

  #environment(): Record<string, string> {
    const path = [join(this.#root, 'bin'), dirname(process.execPath), process.env.PATH ?? '']
    return {
      PATH: path.join(delimiter),
      HOME: join(this.#root, 'home'),
      TMPDIR: join(this.#root, 'tmp'),
      BASH_ENV: join(this.#root, 'prelude.sh'),
      // The same sources are loaded by every command of every world.
      NODE_COMPILE_CACHE: resolve(process.env.NODE_COMPILE_CACHE ?? join(this.#root, 'cache')),
      LC_ALL: 'C.UTF-8',
    }
  }

  #named(printed: string): string {
    return printed.replaceAll(join(this.#root, 'home'), 'HOME').replaceAll(join(this.#root, 'repo'), 'REPO')
  }
}

function endGroup(group: number): void {
  if (group === 0) return
  try {
    process.kill(-group, 'SIGKILL')
  } catch {
    // Nothing of it is left.
  }
}
