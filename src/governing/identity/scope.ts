/** Where a role counts or a route acts: `organisation`, `team:tem_…`, `workflow:NAME` or `run:run_…`. */
export type Scope = 'organisation' | `team:${string}` | `workflow:${string}` | `run:${string}`

export const ORGANISATION: Scope = 'organisation'

const WRITTEN = /^(organisation|team:tem_[0-9A-Z]{26}|workflow:[a-z][a-z0-9-]{0,63}|run:run_[0-9A-Z]{26})$/

/** Reads a scope; undefined when it is none. */
export function parseScope(text: string): Scope | undefined {
  return WRITTEN.test(text) ? (text as Scope) : undefined
}

/** The scopes a role can be given in; a run is for single disclosures. */
export function isRoleScope(scope: Scope): boolean {
  return !scope.startsWith('run:')
}
