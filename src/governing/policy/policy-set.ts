import {
  type CedarValueJson,
  preparsePolicySet,
  preparseSchema,
  statefulIsAuthorized,
  validate,
} from '@cedar-policy/cedar-wasm/nodejs'
import { canonicalJson, type Problem, sha256Hex } from '../../kernel/index.ts'
import type { EntityRef, PolicyDecision, PolicyEntity, PolicyRequest, PolicyValue } from './decision.ts'
import { policyFailures } from './failures.ts'

export interface PolicySources {
  /** A Cedar schema; every request and every policy is held against it. */
  readonly schema: string
  /** Cedar text by policy id; one policy each. */
  readonly policies: Readonly<Record<string, string>>
}

/**
 * Cedar policies, parsed once. `decide` is pure and never throws: whatever goes wrong in a policy or a request is a denial
 * that says so. Making one throws `policy.invalid` with every problem.
 */
export class PolicySet {
  /** SHA-256 of schema and policies, 64 hex digits: names this version in records. */
  readonly digest: string

  constructor({ schema, policies }: PolicySources) {
    this.digest = sha256Hex(canonicalJson({ schema, policies }))
    check({ schema, policies })
    // Cedar keeps what is parsed by name and per thread; the digest as a name keeps two sets apart.
    const parsed = [
      preparseSchema(this.digest, schema),
      preparsePolicySet(this.digest, { staticPolicies: { ...policies } }),
    ]
    const problems = parsed.flatMap((answer) => (answer.type === 'failure' ? answer.errors : []))
    if (problems.length > 0) throw invalid(problems)
  }

  decide({ principal, action, resource, context = {}, entities }: PolicyRequest): PolicyDecision {
    const answer = statefulIsAuthorized({
      principal,
      action: { type: 'Action', id: action },
      resource,
      context: toRecord(context),
      preparsedSchemaName: this.digest,
      validateRequest: true,
      preparsedPolicySetId: this.digest,
      entities: entities.map(toEntity),
    })
    if (answer.type === 'failure') return { effect: 'deny', policies: [], because: 'request-invalid' }
    const { decision, diagnostics } = answer.response
    const policies = diagnostics.reason.toSorted()
    // Cedar skips a policy that fails, be it the one that forbids.
    if (diagnostics.errors.length > 0) return { effect: 'deny', policies, because: 'policy-failed' }
    if (decision === 'allow') return { effect: 'allow', policies }
    return { effect: 'deny', policies, because: policies.length > 0 ? 'forbidden' : 'not-permitted' }
  }
}

function check({ schema, policies }: PolicySources): void {
  const answer = validate({ schema, policies: { staticPolicies: { ...policies } } })
  if (answer.type === 'failure') throw invalid(answer.errors)
  if (answer.validationErrors.length === 0) return
  throw invalid(answer.validationErrors.map(({ policyId, error }) => ({ ...error, path: policyId })))
}

function invalid(errors: readonly { readonly message: string; readonly path?: string }[]) {
  const problems: readonly Problem[] = errors.map(({ message, path }) => ({
    message,
    ...(path === undefined ? {} : { path }),
  }))
  return policyFailures.create('invalid', `The policies have ${errors.length} problem(s).`, { problems })
}

function toEntity({ ref, attributes = {}, parents = [] }: PolicyEntity) {
  return { uid: ref, attrs: toRecord(attributes), parents: [...parents] }
}

function toRecord(values: Readonly<Record<string, PolicyValue>>): Record<string, CedarValueJson> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, toCedar(value)]))
}

function toCedar(value: PolicyValue): CedarValueJson {
  if (isList(value)) return value.map(toCedar)
  return typeof value === 'object' ? { __entity: value satisfies EntityRef } : value
}

function isList(value: PolicyValue): value is readonly PolicyValue[] {
  return Array.isArray(value)
}
