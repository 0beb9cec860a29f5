export { workflowFailures } from './failures.ts'
export { parseWorkflow, policyDigest, type WorkflowOptions } from './parse-workflow.ts'
export type { Principal } from './principal.ts'
export { starterWorkflow } from './starter-workflow.ts'
export type { Workflow } from './workflow-fields.ts'
export {
  findWorkflow,
  readWorkflows,
  type StoredWorkflow,
  type WorkflowsOptions,
  workflowNames,
} from './workflow-files.ts'
