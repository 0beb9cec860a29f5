import type { AgentStart, Environment } from './adapter.ts'

/** Names that are handed to every agent. Anything else may be a secret, and every agent passes its environment on. */
const ALLOWED = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'TERM',
  'COLORTERM',
  'NO_COLOR',
  'TZ',
  'TMPDIR',
  'CI',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'GIT_AUTHOR_NAME',
  'GIT_AUTHOR_EMAIL',
  'GIT_AUTHOR_DATE',
  'GIT_COMMITTER_NAME',
  'GIT_COMMITTER_EMAIL',
  'GIT_COMMITTER_DATE',
]
const ALLOWED_PREFIXES = ['LC_', 'XDG_']

/**
 * The environment an agent gets: allow-listed names of the user's, the names its kind needs besides, what marks the
 * run, and the settings of its adapter, which win.
 */
export function agentEnvironment(
  start: AgentStart,
  extraNames: readonly string[],
  settings: Environment,
): Environment {
  const isAllowed = (name: string) =>
    ALLOWED.includes(name) ||
    extraNames.includes(name) ||
    ALLOWED_PREFIXES.some((prefix) => name.startsWith(prefix))
  const inherited = Object.entries(start.environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && isAllowed(entry[0]),
  )
  return {
    ...Object.fromEntries(inherited),
    CUSTODY_RUN: start.run,
    NO_PROXY: LOOPBACK,
    no_proxy: LOOPBACK,
    ...settings,
  }
}

const LOOPBACK = '127.0.0.1,localhost,::1'
