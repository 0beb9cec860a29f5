import { type Problem, type Result, sha256Hex } from '../../kernel/index.ts'
import { parseDocument } from '../documents/index.ts'
import { type Workflow, workflowFields } from './workflow-fields.ts'

export interface WorkflowOptions {
  /** The name that problems carry. */
  readonly file: string
  /** Tells whether an e-mail address is a known person's; absent, every address is taken for one. */
  readonly persons?: (email: string) => boolean
}

/** Reads a one-page policy: the workflow with its defaults, or every problem at once with its place in the file. */
export function parseWorkflow(
  text: string,
  { file, persons = () => true }: WorkflowOptions,
): Result<Workflow, readonly Problem[]> {
  return parseDocument(text, { file }, workflowFields(persons))
}

/** SHA-256 of the exact bytes of a policy file, 64 hex digits: what names this version of the policy in records. */
export function policyDigest(text: string): string {
  return sha256Hex(text)
}
