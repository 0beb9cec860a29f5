import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

const ENVIRONMENT = {
  PATH: '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin',
  HOME: '/nonexistent',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.test',
  GIT_AUTHOR_DATE: '2026-03-01T10:00:00+01:00',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.test',
  GIT_COMMITTER_DATE: '2026-03-01T10:00:00+01:00',
}

/** A real git repository in a temporary directory, driven by the git program; removed when it goes out of scope. */
export class ScratchRepository {
  readonly path: string

  private constructor(path: string) {
    this.path = path
  }

  /** Without commits; its branch is `main`. */
  static async create(): Promise<ScratchRepository> {
    const root = await realpath(await mkdtemp(join(tmpdir(), 'custody-test-repository-')))
    const repository = new ScratchRepository(join(root, 'repository'))
    await mkdir(repository.path)
    await repository.git('init', '--quiet', '--initial-branch=main')
    return repository
  }

  /** With one commit that holds these files. */
  static async with(files: Readonly<Record<string, string | Uint8Array>>): Promise<ScratchRepository> {
    const repository = await ScratchRepository.create()
    for (const [name, content] of Object.entries(files)) await repository.write(name, content)
    await repository.commit('first')
    return repository
  }

  /** What git prints, without the final newline. */
  async git(...args: readonly string[]): Promise<string> {
    const { stdout } = await run('git', [...args], { cwd: this.path, env: ENVIRONMENT })
    return stdout.replace(/\n$/, '')
  }

  async write(name: string, content: string | Uint8Array): Promise<void> {
    const path = join(this.path, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, content)
  }

  /** Commits everything there is; gives the commit's id. */
  async commit(message: string): Promise<string> {
    await this.git('add', '--all')
    await this.git('commit', '--quiet', '--allow-empty', '-m', message)
    return this.git('rev-parse', 'HEAD')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(dirname(this.path), { recursive: true, force: true })
  }
}
