import { homedir } from 'node:os'
import { join } from 'node:path'

/** What the command line takes from its surroundings; the only place that reads the process's environment. */
export interface Environment {
  /** As the process got it; the agent gets an allow-listed part of it. */
  readonly variables: Readonly<Record<string, string | undefined>>
  /** CUSTODY_DATA: the data directory, when no flag names one. */
  readonly dataDirectory: string | undefined
  readonly defaultDataDirectory: string
  readonly profilePath: string
  readonly colour: { readonly stdout: boolean; readonly stderr: boolean }
  /** Whether stderr is a terminal whose line can be written over. */
  readonly showsProgress: boolean
  /** CUSTODY_DEBUG=1: defects are shown with their stack. */
  readonly debug: boolean
}

export function readEnvironment(): Environment {
  const variables = process.env
  const home = nonEmpty(variables.HOME) ?? homedir()
  const dataHome = nonEmpty(variables.XDG_DATA_HOME) ?? join(home, '.local', 'share')
  const configHome = nonEmpty(variables.XDG_CONFIG_HOME) ?? join(home, '.config')
  return {
    variables,
    dataDirectory: nonEmpty(variables.CUSTODY_DATA),
    defaultDataDirectory: join(dataHome, 'custody'),
    profilePath: join(configHome, 'custody', 'cli.json'),
    colour: {
      stdout: wantsColour(variables, process.stdout),
      stderr: wantsColour(variables, process.stderr),
    },
    showsProgress: process.stderr.isTTY === true && variables.TERM !== 'dumb',
    debug: variables.CUSTODY_DEBUG === '1',
  }
}

/** NO_COLOR and TERM=dumb forbid colour, FORCE_COLOR asks for it, otherwise a terminal gets it. */
function wantsColour(variables: Environment['variables'], { isTTY }: { readonly isTTY?: boolean }): boolean {
  if (nonEmpty(variables.NO_COLOR) !== undefined || variables.TERM === 'dumb') return false
  if (nonEmpty(variables.FORCE_COLOR) !== undefined) return true
  return isTTY === true
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === '' ? undefined : value
}
