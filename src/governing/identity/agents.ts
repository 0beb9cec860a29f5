import { type Id, type Ids, isFailure } from '../../kernel/index.ts'
import type { Actor } from '../../recording/record/index.ts'
import { type ChangeLog, stateDigest } from './change-log.ts'
import { type AgentRow, agentOf, allAgents, insertAgent } from './store/non-persons.ts'
import type { Db } from './store/tables.ts'

/** A non-human principal, owned by the person or team that answers for it. */
export interface Agent {
  readonly id: Id<'agt'>
  readonly kind: string
  readonly owner: AgentOwner
}

export type AgentOwner = Id<'per'> | Id<'tem'>

interface AgentsDeps {
  readonly log: ChangeLog
  readonly reader: Db
  readonly ids: Ids
}

/** The agents that persons and teams have brought. */
export class Agents {
  readonly #deps: AgentsDeps

  constructor(deps: AgentsDeps) {
    this.#deps = deps
  }

  /** The owner's agent of this kind, made known when it is the first. */
  async ensure(owner: AgentOwner, kind: string, actor: Actor): Promise<Agent> {
    const known = await agentOf(this.#deps.reader, owner, kind)
    if (known !== undefined) return toAgent(known)
    const row: AgentRow = { id: this.#deps.ids('agt'), kind, owner }
    const data = { agent: row.id, owner, kind, after: stateDigest({ ...row }) }
    try {
      await this.#deps.log.record([{ kind: 'identity.agent-added', actor, data }], [insertAgent(row)], {
        quiet: true,
      })
      return toAgent(row)
    } catch (error) {
      // Somebody else was quicker with the same agent.
      const other = isFailure(error, 'ledger.contradicts')
        ? await agentOf(this.#deps.reader, owner, kind)
        : undefined
      if (other === undefined) throw error
      return toAgent(other)
    }
  }

  async all(): Promise<readonly Agent[]> {
    return (await allAgents(this.#deps.reader)).map(toAgent)
  }
}

function toAgent({ id, kind, owner }: AgentRow): Agent {
  return { id: id as Id<'agt'>, kind, owner: owner as AgentOwner }
}
