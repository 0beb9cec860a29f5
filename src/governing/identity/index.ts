export { identityFailures } from './failures.ts'
export { Identity, type RunTokenCheck } from './identity.ts'
export { type Person, parsePerson } from './person.ts'
export type { IdentityTables } from './store.ts'
