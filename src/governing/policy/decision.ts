/** Something a policy speaks of: its type and id. */
export interface EntityRef {
  readonly type: string
  readonly id: string
}

/** What policies may look at: attributes, and what the entity belongs to. */
export interface PolicyEntity {
  readonly ref: EntityRef
  readonly attributes?: Readonly<Record<string, PolicyValue>>
  readonly parents?: readonly EntityRef[]
}

export type PolicyValue = boolean | number | string | EntityRef | readonly PolicyValue[]

export interface PolicyRequest {
  readonly principal: EntityRef
  readonly action: string
  readonly resource: EntityRef
  readonly context?: Readonly<Record<string, PolicyValue>>
  readonly entities: readonly PolicyEntity[]
}

/** `policies`: the ids of those that decided, in order; none when no policy permitted it. */
export type PolicyDecision =
  | { readonly effect: 'allow'; readonly policies: readonly string[] }
  | {
      readonly effect: 'deny'
      readonly policies: readonly string[]
      readonly because: 'forbidden' | 'not-permitted' | 'policy-failed' | 'request-invalid'
    }
