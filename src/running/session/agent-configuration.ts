import { readFile, stat } from 'node:fs/promises'
import { canonicalJson, sha256Hex } from '../../kernel/index.ts'
import type { Observation, ObservedPart } from '../../recording/changes/index.ts'
import type { EventData } from '../../recording/record/index.ts'
import {
  type AgentFile,
  type AgentKind,
  agentFiles,
  agentVersion,
  type Environment,
} from '../agents/index.ts'
import { digestFile } from './program-file.ts'

/** An agent about to be started. */
export interface ConfiguredAgent {
  readonly kind: AgentKind
  /** As it will be started. */
  readonly command: readonly string[]
  readonly environment: Environment
  /** The file behind the command's first word; absent when there is none. */
  readonly program: string | undefined
  readonly workDir: string
  /** The environment the user works in: it tells where the user's own settings are. */
  readonly userEnvironment: Readonly<Record<string, string | undefined>>
  /** Never recorded, wherever it stands in the command. */
  readonly token: string
}

const MAX_BODY_BYTES = 256 * 1024
// Every body is named in the event, which must stay under 64 KiB.
const MAX_BODIES = 128

/**
 * What is recorded of an agent before it starts: kind, version and digest of its program in the event; its command and
 * the configuration and instruction files it would read in parts. Bodies over 256 KiB are recorded by digest.
 */
export async function describeAgent(agent: ConfiguredAgent): Promise<Observation<'agent.configured'>> {
  const [programData, files] = await Promise.all([describeProgram(agent), readFiles(agent)])
  const command = agent.command.map((word) => word.replaceAll(agent.token, '<run token>').toWellFormed())
  return {
    kind: 'agent.configured',
    data: { kind: agent.kind, ...programData, files: files.length },
    parts: [
      jsonPart('command', command),
      jsonPart(
        'configuration',
        files.map((file) => file.entry),
      ),
      ...files.flatMap((file) => file.parts),
    ],
  }
}

async function describeProgram(agent: ConfiguredAgent): Promise<EventData> {
  const { version, program } = await identify(agent)
  return {
    ...(version === undefined ? {} : { version }),
    ...(program === undefined ? {} : { binarySha256: await digestFile(program) }),
  }
}

/** A program nobody knows is not asked for its version: `--version` might make it work. */
async function identify(
  agent: ConfiguredAgent,
): Promise<{ readonly version?: string | undefined; readonly program: string | undefined }> {
  if (agent.kind === 'generic') return { program: agent.program }
  const known = await agentVersion(agent)
  return { version: known.version, program: known.program ?? agent.program }
}

interface ReadFile {
  readonly entry: object
  readonly parts: readonly ObservedPart[]
}

async function readFiles(agent: ConfiguredAgent): Promise<readonly ReadFile[]> {
  const listed = agentFiles({
    kind: agent.kind,
    workDir: agent.workDir,
    home: agent.userEnvironment.HOME ?? '/nonexistent',
    environment: agent.userEnvironment,
  })
  const files: ReadFile[] = []
  for (const file of listed) {
    const read = await readAgentFile(file, files.length).catch(() => undefined)
    if (read !== undefined) files.push(read)
  }
  return files
}

async function readAgentFile({ path, role }: AgentFile, index: number): Promise<ReadFile> {
  const { size } = await stat(path)
  if (size > MAX_BODY_BYTES || index >= MAX_BODIES) {
    return {
      entry: { path: path.toWellFormed(), role, bytes: size, sha256: await digestFile(path) },
      parts: [],
    }
  }
  const body = await readFile(path)
  const part = `c${index}`
  return {
    entry: { path: path.toWellFormed(), role, bytes: body.length, sha256: sha256Hex(body), part },
    parts: [{ name: part, type: 'text/plain', body }],
  }
}

function jsonPart(name: string, value: unknown): ObservedPart {
  return { name, type: 'application/json', body: Buffer.from(canonicalJson(value)) }
}
