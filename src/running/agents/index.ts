export {
  AGENT_KINDS,
  type AgentAdapter,
  type AgentKind,
  type AgentStart,
  type Environment,
  type PreparedAgent,
  type ScratchFile,
} from './adapter.ts'
export { adapterFor } from './adapter-for.ts'
export { type AgentFile, type AgentFileRole, agentFiles } from './agent-files.ts'
export { type AgentVersion, agentVersion } from './agent-version.ts'
export { agentFailures } from './failures.ts'
export { placeFiles } from './place-files.ts'
