import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { accepted, type Failure, isFailure, type Problem, type Result, refused } from '../../kernel/index.ts'
import { nearest, readDocumentFile } from '../documents/index.ts'
import { workflowFailures } from './failures.ts'
import { parseWorkflow, policyDigest, type WorkflowOptions } from './parse-workflow.ts'
import type { Workflow } from './workflow-fields.ts'

/** A workflow as its file holds it. */
export interface StoredWorkflow {
  readonly workflow: Workflow
  /** The path of the file. */
  readonly file: string
  /** The exact text of the file, and its policyDigest. */
  readonly text: string
  readonly digest: string
}

export type WorkflowsOptions = Pick<WorkflowOptions, 'persons'>

const ENDING = '.yaml'

/**
 * Every workflow of `DIR/workflows/*.yaml`, by name; none where the folder does not exist. Refusals:
 * `workflow.invalid` with all problems of all files, `workflow.unreadable`.
 */
export async function readWorkflows(
  dir: string,
  options: WorkflowsOptions = {},
): Promise<Result<readonly StoredWorkflow[], Failure>> {
  return refusing(async () => {
    const read = await Promise.all((await workflowNames(dir)).map((name) => readStored(dir, name, options)))
    const problems = read.flatMap((one) => (one.ok ? [] : one.refusal))
    if (problems.length > 0) throw invalid(problems)
    return read.flatMap((one) => (one.ok ? [one.value] : []))
  })
}

/** One workflow by name. Refusals: `workflow.unknown` with the name that was probably meant, and those above. */
export async function findWorkflow(
  dir: string,
  name: string,
  options: WorkflowsOptions = {},
): Promise<Result<StoredWorkflow, Failure>> {
  return refusing(async () => {
    const names = await workflowNames(dir)
    // Only names found in the folder become paths, so a name cannot lead out of it.
    if (!names.includes(name)) throw unknown(name, names)
    const read = await readStored(dir, name, options)
    if (!read.ok) throw invalid(read.refusal)
    return read.value
  })
}

async function refusing<Value>(work: () => Promise<Value>): Promise<Result<Value, Failure>> {
  try {
    return accepted(await work())
  } catch (error) {
    if (isFailure(error)) return refused(error)
    throw error
  }
}

/** The names of the workflows in the folder, by their files, good or bad; `workflow.unreadable` otherwise. */
export async function workflowNames(dir: string): Promise<readonly string[]> {
  const folder = join(dir, 'workflows')
  try {
    const files = await readdir(folder)
    return files
      .filter((file) => file.endsWith(ENDING) && !file.startsWith('.'))
      .map((file) => file.slice(0, -ENDING.length))
      .sort()
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw unreadable(folder, error)
  }
}

async function readStored(
  dir: string,
  name: string,
  options: WorkflowsOptions,
): Promise<Result<StoredWorkflow, readonly Problem[]>> {
  const file = join(dir, 'workflows', `${name}${ENDING}`)
  const read = await readDocumentFile(file).catch((error: unknown) => {
    throw unreadable(file, error)
  })
  if (!read.ok) return refused([read.refusal])
  const parsed = parseWorkflow(read.value, { ...options, file })
  if (!parsed.ok) return parsed
  if (parsed.value.workflow !== name) return refused([misnamed(file, name)])
  return accepted({ workflow: parsed.value, file, text: read.value, digest: policyDigest(read.value) })
}

function misnamed(file: string, name: string): Problem {
  const message = 'The workflow has another name than its file.'
  return {
    file,
    line: 1,
    column: 1,
    path: 'workflow',
    message,
    suggestion: `write workflow: ${name}, or rename the file`,
  }
}

function unknown(name: string, names: readonly string[]): Failure {
  const meant = nearest(name, names)
  const known =
    names.length === 0 ? 'There is none yet; custody init writes one.' : `Known: ${names.join(', ')}.`
  const hint = meant === undefined ? known : `Did you mean ${meant}?`
  return workflowFailures.create('unknown', `There is no workflow ${JSON.stringify(name)}. ${hint}`)
}

function invalid(problems: readonly Problem[]): Failure {
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`
  const files = new Set(problems.map((problem) => problem.file))
  return workflowFailures.create('invalid', `Found ${count} in ${[...files].join(', ')}.`, { problems })
}

function unreadable(path: string, cause: unknown): Failure {
  const why = codeOf(cause) ?? 'unknown error'
  return workflowFailures.create('unreadable', `${path} cannot be read (${why}); check its permissions.`, {
    cause,
  })
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
