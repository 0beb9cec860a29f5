export type { EntityRef, PolicyDecision, PolicyEntity, PolicyRequest, PolicyValue } from './decision.ts'
export { PolicySet, type PolicySources } from './policy-set.ts'
