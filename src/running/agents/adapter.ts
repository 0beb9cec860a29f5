/** The kinds of agents Custody knows by name; `generic` is everything else. */
export const AGENT_KINDS = ['claude-code', 'codex', 'opencode', 'gemini', 'generic'] as const

export type AgentKind = (typeof AGENT_KINDS)[number]

export type Environment = Readonly<Record<string, string>>

/** How one kind of agent is made to send its model calls through the gateway. */
export interface AgentAdapter {
  readonly kind: AgentKind
  prepare(start: AgentStart): PreparedAgent
}

export interface AgentStart {
  /** The command as the user wrote it, at least the program. */
  readonly command: readonly string[]
  readonly run: string
  /** Origin of the server, without a slash at the end: `http://127.0.0.1:4880`. */
  readonly gatewayUrl: string
  readonly token: string
  /** A private directory of this run that is gone afterwards. */
  readonly scratchDir: string
  /** The environment the user started Custody in; only allow-listed names of it are passed on. */
  readonly environment: Readonly<Record<string, string | undefined>>
}

export interface PreparedAgent {
  readonly command: readonly string[]
  /** The agent's whole environment. */
  readonly environment: Environment
  readonly files: readonly ScratchFile[]
}

/** A file, or a link to something of the user's, to put below the scratch directory before the agent starts. */
export type ScratchFile =
  | { readonly path: string; readonly content: string }
  | { readonly path: string; readonly linkTo: string }
