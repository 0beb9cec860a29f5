import { splitAtNul } from './path-name.ts'
import { withoutCredentials } from './remote-url.ts'
import { inRepository, type Repository } from './repository.ts'
import { runGit } from './run-git.ts'

export interface Remote {
  readonly name: string
  /** Without user, password, query and fragment. */
  readonly url: string
}

export interface RepositoryConfig {
  readonly remotes: readonly Remote[]
  /** The settings that decide how file contents become objects, and nothing that could start a program. */
  readonly contentSettings: readonly string[]
}

const CONTENT_SETTINGS = [
  'core.autocrlf',
  'core.eol',
  'core.filemode',
  'core.ignorecase',
  'core.precomposeunicode',
  'core.symlinks',
]
const PLAIN_VALUE = /^[a-z0-9]*$/i
const REMOTE_URL = /^remote\.(.*)\.url$/s

export async function readConfig(repository: Repository): Promise<RepositoryConfig> {
  const { stdout } = await runGit(inRepository(repository), ['config', '--list', '-z'])
  const settings = splitAtNul(stdout).map((entry) => parseSetting(entry.toString('utf8')))
  return {
    remotes: settings.flatMap(({ key, value }) => {
      const name = REMOTE_URL.exec(key)?.[1]
      return name === undefined ? [] : [{ name, url: withoutCredentials(value) }]
    }),
    contentSettings: settings.flatMap(({ key, value }) =>
      CONTENT_SETTINGS.includes(key) && PLAIN_VALUE.test(value) ? [`${key}=${value}`] : [],
    ),
  }
}

function parseSetting(entry: string): { readonly key: string; readonly value: string } {
  // A key may hold a newline only inside its quoted middle, which no setting read here needs.
  const end = entry.indexOf('\n')
  return end === -1
    ? { key: entry, value: 'true' }
    : { key: entry.slice(0, end), value: entry.slice(end + 1) }
}
