export type { Faults } from './faults.ts'
export type { Script, Step } from './script.ts'
export { type DependencyUpdate, dependencyUpdate } from './scripts/dependency-update.ts'
export {
  type ModelServer,
  type ModelServerOptions,
  type Served,
  startModelServer,
} from './server.ts'
export type { Usage } from './usage.ts'
