import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** The temporary folder in which everything of the demo happens, with a home of its own. */
export interface Scene {
  readonly root: string
  readonly data: string
  readonly repository: string
  readonly bundle: string
  readonly tamperedBundle: string
  /** For every process of the demo: nothing of the user's but where programs and certificates are. */
  readonly environment: Readonly<Record<string, string>>
  remove(): void
}

/** Makes the folder; `source` is the checkout that git may read from, whoever owns it. */
export function createScene(source: string): Scene {
  const root = mkdtempSync(join(realpathSync(tmpdir()), 'custody-demo-'))
  const home = join(root, 'home')
  const temporary = join(root, 'tmp')
  for (const folder of [home, temporary]) mkdirSync(folder)
  writeFileSync(join(home, '.gitconfig'), `[safe]\n\tdirectory = ${JSON.stringify(source)}\n`)
  return {
    root,
    data: join(root, 'custody'),
    repository: join(root, 'repository'),
    bundle: join(root, 'evidence.zip'),
    tamperedBundle: join(root, 'tampered.zip'),
    environment: { ...inherited(), ...homeVariables(home), TMPDIR: temporary },
    remove: () => rmSync(root, { recursive: true, force: true, maxRetries: 3 }),
  }
}

const INHERITED = ['LANG', 'LC_ALL', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR']

function inherited(): Record<string, string> {
  const present = INHERITED.flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  // The Node that runs the demo comes first: an older one may be installed beside it.
  const path = `${dirname(process.execPath)}:${process.env.PATH ?? ''}`
  return { ...Object.fromEntries(present), PATH: path }
}

function homeVariables(home: string): Record<string, string> {
  return {
    HOME: home,
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_DATA_HOME: join(home, '.local', 'share'),
    XDG_CACHE_HOME: join(home, '.cache'),
    XDG_STATE_HOME: join(home, '.local', 'state'),
  }
}
