import type { PolicyVersion } from '../governing/recording-level/index.ts'
import { findWorkflow, type StoredWorkflow } from '../governing/workflows/index.ts'
import type { Services } from './composition.ts'

/** What a workflow's file says is recorded. */
export function versionOf({ workflow, digest }: StoredWorkflow): PolicyVersion {
  const { ms } = workflow.record.retention
  const level = { parts: workflow.record.parts, ...(ms === undefined ? {} : { retentionMs: ms }) }
  return { workflow: workflow.workflow, digest, level }
}

/** The same, read now; throws the problems of the workflow (`workflow.*`). */
export async function currentVersion({ directory }: Services, name: string): Promise<PolicyVersion> {
  const found = await findWorkflow(directory.root, name)
  if (!found.ok) throw found.refusal
  return versionOf(found.value)
}
