export type {
  AgentAdapter,
  AgentKind,
  AgentStart,
  Environment,
  PreparedAgent,
  ScratchFile,
} from './adapter.ts'
export { adapterFor } from './adapter-for.ts'
export { type AgentFile, type AgentFileRole, agentFiles } from './agent-files.ts'
export { type AgentVersion, agentVersion } from './agent-version.ts'
export { placeFiles } from './place-files.ts'
