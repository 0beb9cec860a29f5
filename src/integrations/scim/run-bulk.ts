import { type Failure, isFailure } from '../../kernel/index.ts'
import { referencesIn, resolved } from './bulk-references.ts'
import type { BulkOperation, BulkRequest } from './bulk-request.ts'
import { scimFailures } from './failures.ts'
import { type ScimProblem, scimProblemOf } from './problem.ts'

/** What became of one operation. */
export interface BulkDone {
  readonly id: string
  readonly location: string
  readonly version?: string
  readonly status: number
}

export interface BulkAnswer {
  readonly method: string
  readonly bulkId?: string
  readonly location?: string
  readonly version?: string
  readonly status: string
  readonly response?: ScimProblem
}

/**
 * Runs the operations in their order, except that one that refers to a bulkId waits for the operation that makes it. One that
 * fails does not undo the others. `execute` may throw Failures; anything else ends the request.
 */
export async function runBulk(
  { operations, failOnErrors = Number.POSITIVE_INFINITY }: BulkRequest,
  execute: (operation: BulkOperation) => Promise<BulkDone>,
): Promise<readonly BulkAnswer[]> {
  const ids = new Map<string, string>()
  const answers: BulkAnswer[] = []
  let errors = 0
  for (const operation of inOrder(operations)) {
    if (errors >= failOnErrors) break
    const answer = await runOne(operation, { ids, execute })
    if (answer.response !== undefined) errors += 1
    answers.push(answer)
  }
  return answers
}

interface Running {
  readonly ids: Map<string, string>
  readonly execute: (operation: BulkOperation) => Promise<BulkDone>
}

async function runOne(operation: BulkOperation, { ids, execute }: Running): Promise<BulkAnswer> {
  const { method, bulkId } = operation
  const named = { method, ...(bulkId === undefined ? {} : { bulkId }) }
  try {
    const missing = referencesIn(operation).find((reference) => !ids.has(reference))
    if (missing !== undefined) throw unresolved(missing)
    const { id, location, version, status } = await execute(resolved(operation, ids))
    if (bulkId !== undefined) ids.set(bulkId, id)
    return { ...named, location, ...(version === undefined ? {} : { version }), status: String(status) }
  } catch (error) {
    if (!isFailure(error)) throw error
    const response = scimProblemOf(error)
    return { ...named, status: response.status, response }
  }
}

/** Each after those it refers to; those that wait for each other stay last, and fail. */
function inOrder(operations: readonly BulkOperation[]): readonly BulkOperation[] {
  const makers = new Map(operations.map((operation) => [operation.bulkId, operation]))
  const ordered = new Set<BulkOperation>()
  const visiting = new Set<BulkOperation>()
  const visit = (first: BulkOperation) => {
    // A stack of our own: a chain may be as long as the request.
    const stack = [first]
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      visiting.add(top)
      const waiting = referencesIn(top)
        .map((reference) => makers.get(reference))
        .find((maker) => maker !== undefined && !ordered.has(maker) && !visiting.has(maker))
      if (waiting !== undefined) stack.push(waiting)
      else ordered.add(stack.pop() as BulkOperation)
    }
  }
  for (const operation of operations) if (!ordered.has(operation)) visit(operation)
  return [...ordered]
}

function unresolved(reference: string): Failure {
  return scimFailures.create('bulk-reference', `bulkId:${reference} stands for nothing that was made.`)
}
