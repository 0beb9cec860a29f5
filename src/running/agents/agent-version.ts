import { execFile } from 'node:child_process'
import { accessSync, constants, existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path'
import { promisify } from 'node:util'

import type { Environment } from './adapter.ts'
import { parseLooseJson } from './loose-json.ts'
import { programIndex } from './program.ts'

export interface AgentVersion {
  /** As its package says where the program is a script, else the first version-like word `--version` prints. */
  readonly version: string | undefined
  /** The resolved file of the agent's own program, or of its script where an interpreter runs one. */
  readonly program: string | undefined
}

const TIME_LIMIT_MS = 10_000

/**
 * The version and file of the agent a command starts. `--version` gets ten seconds; an agent that does not start, does
 * not answer or answers something else has no version, and a program that is not found has no file. Never throws.
 */
export async function agentVersion(input: {
  readonly command: readonly string[]
  readonly environment: Environment
  readonly workDir: string
}): Promise<AgentVersion> {
  const words = input.command.slice(0, programIndex(input.command) + 1)
  const program = resolvedProgram(words.at(-1) ?? '', input)
  const version = packageVersion(program) ?? (await printedVersion(words, input))
  return { version, program }
}

/** Starting an interpreter for its version can take seconds; the package beside the script says the same. */
function packageVersion(program: string | undefined): string | undefined {
  if (program === undefined || !/\.[cm]?js$/.test(program)) return undefined
  const manifest = foldersAbove(program)
    .map((folder) => join(folder, 'package.json'))
    .find((path) => existsSync(path))
  const version = manifest && parseLooseJson(readFileSync(manifest, 'utf8'))?.version
  return typeof version === 'string' ? version : undefined
}

function foldersAbove(path: string): readonly string[] {
  const folder = dirname(path)
  return folder === path ? [] : [folder, ...foldersAbove(folder)]
}

async function printedVersion(
  [program = '', ...words]: readonly string[],
  { environment, workDir }: { readonly environment: Environment; readonly workDir: string },
): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await promisify(execFile)(program, [...words, '--version'], {
      cwd: workDir,
      env: { ...environment },
      timeout: TIME_LIMIT_MS,
      killSignal: 'SIGKILL',
    })
    return /\d+\.\d+\.\d+(?:[-+][\w.-]+)?/.exec(`${stdout}\n${stderr}`)?.[0]
  } catch {
    return undefined
  }
}

function resolvedProgram(
  word: string,
  { environment, workDir }: { readonly environment: Environment; readonly workDir: string },
): string | undefined {
  const folders = (environment.PATH ?? '').split(delimiter)
  const candidates =
    isAbsolute(word) || word.includes('/')
      ? [resolve(workDir, word)]
      : [...folders.map((folder) => join(folder, word)).filter(isExecutable), resolve(workDir, word)]
  const found = candidates.find((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true)
  return found === undefined ? undefined : realpathSync(found)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
