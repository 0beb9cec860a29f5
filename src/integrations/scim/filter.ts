import type { Attribute } from './schema.ts'

export const COMPARISONS = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const
export type Comparison = (typeof COMPARISONS)[number]

/** A filter that was read: every name in it is one of the schema. */
export type Filter =
  | { readonly op: 'and' | 'or'; readonly of: readonly Filter[] }
  | { readonly op: 'not'; readonly of: Filter }
  /** One item of a multi-valued attribute matches all of it. */
  | { readonly op: 'item'; readonly attribute: Attribute; readonly of: Filter }
  | { readonly op: 'pr'; readonly attribute: Attribute; readonly sub?: Attribute }
  | {
      readonly op: Comparison
      readonly attribute: Attribute
      readonly sub?: Attribute
      /** null is what is absent. */
      readonly value: string | boolean | number | null
    }
