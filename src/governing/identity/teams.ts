import type { Clock, Failure, Id, Ids } from '../../kernel/index.ts'
import type { Actor } from '../../recording/record/index.ts'
import { type ChangeLog, stateDigest } from './change-log.ts'
import { identityFailures } from './failures.ts'
import { notePrivilegesChanged, personById } from './store/persons.ts'
import { keepAnAdministrator } from './store/roles.ts'
import type { Db } from './store/tables.ts'
import {
  allTeams,
  deleteOwning,
  deleteTeam,
  insertTeam,
  membersOf,
  owningsOf,
  owningTeam,
  renameTeam,
  setOwningTeam,
  setTeamMembers,
  type TeamRow,
  teamById,
  teamByName,
  teamsOf,
} from './store/teams.ts'

/** Persons who own workflows and repositories together; an agent or a service account is never a member. */
export interface Team {
  readonly id: Id<'tem'>
  readonly name: string
  readonly members: readonly string[]
  readonly owns: readonly Owning[]
}

export interface Owning {
  readonly kind: 'workflow' | 'repository'
  readonly subject: string
}

interface TeamsDeps {
  readonly log: ChangeLog
  readonly reader: Db
  readonly clock: Clock
  readonly ids: Ids
}

/** Teams, their members and what they own. Every change is recorded with digests of before and after. */
export class Teams {
  readonly #deps: TeamsDeps

  constructor(deps: TeamsDeps) {
    this.#deps = deps
  }

  /** Adds a team without members. Throws `identity.team-name-taken`. */
  async add(name: string, actor: Actor): Promise<Team> {
    const id = this.#deps.ids('tem')
    if ((await teamByName(this.#deps.reader, name)) !== undefined) throw nameTaken()
    const team: Team = { id, name, members: [], owns: [] }
    await this.#deps.log.record(
      [{ kind: 'identity.team-added', actor, data: { team: id, after: teamDigest(team) } }],
      [insertTeam({ id, name })],
      { contradiction: nameTaken },
    )
    return team
  }

  async byId(id: string): Promise<Team | undefined> {
    const row = await teamById(this.#deps.reader, id)
    return row === undefined ? undefined : this.#whole(row)
  }

  async byName(name: string): Promise<Team | undefined> {
    const row = await teamByName(this.#deps.reader, name)
    return row === undefined ? undefined : this.#whole(row)
  }

  async all(): Promise<readonly Team[]> {
    const rows = await allTeams(this.#deps.reader)
    return Promise.all(rows.map((row) => this.#whole(row)))
  }

  /** Ids of the teams a person is in. */
  of(person: string): Promise<readonly string[]> {
    return teamsOf(this.#deps.reader, person)
  }

  /** The team that owns a workflow or repository. */
  ownerOf({ kind, subject }: Owning): Promise<string | undefined> {
    return owningTeam(this.#deps.reader, kind, subject)
  }

  /** Throws `identity.team-unknown`, `identity.team-name-taken`. */
  async rename(id: string, name: string, actor: Actor): Promise<Team> {
    const team = await this.#team(id)
    const other = await teamByName(this.#deps.reader, name)
    if (other !== undefined && other.id !== id) throw nameTaken()
    return this.#change(team, { ...team, name }, [renameTeam(id, name)], actor)
  }

  /** Says who the members are from now on; throws `identity.person-unknown` for one there is not, and `-last-administrator`. */
  async setMembers(id: string, members: readonly string[], actor: Actor): Promise<Team> {
    const team = await this.#team(id)
    const wanted = [...new Set(members)].toSorted()
    const known = new Set(team.members)
    const joining = wanted.filter((person) => !known.has(person))
    for (const person of joining) await this.#checkPerson(person)
    const leaving = team.members.filter((person) => !wanted.includes(person))
    const changed = [...joining, ...leaving]
    if (changed.length === 0) return team
    const at = this.#deps.clock.now()
    return this.#change(
      team,
      { ...team, members: wanted },
      [...setTeamMembers(id, wanted), ...notePrivilegesChanged(changed, at), keepAnAdministrator()],
      actor,
    )
  }

  async addMember(id: string, person: string, actor: Actor): Promise<Team> {
    const { members } = await this.#team(id)
    return this.setMembers(id, [...members, person], actor)
  }

  async removeMember(id: string, person: string, actor: Actor): Promise<Team> {
    const { members } = await this.#team(id)
    return this.setMembers(
      id,
      members.filter((member) => member !== person),
      actor,
    )
  }

  /** Makes the team the owner of a workflow or repository; whoever owned it before does no more. */
  async own(id: string, owning: Owning, actor: Actor): Promise<Team> {
    const team = await this.#team(id)
    if (team.owns.some((own) => isSame(own, owning))) return team
    const owns = [...team.owns, owning]
    return this.#change(team, { ...team, owns }, [setOwningTeam({ ...owning, team: id })], actor)
  }

  async disown(id: string, owning: Owning, actor: Actor): Promise<Team> {
    const team = await this.#team(id)
    const owns = team.owns.filter((own) => !isSame(own, owning))
    if (owns.length === team.owns.length) return team
    return this.#change(team, { ...team, owns }, [deleteOwning(owning.kind, owning.subject)], actor)
  }

  /** Removes the team with the roles it gave. Throws `identity.last-administrator`; removing it twice changes nothing. */
  async remove(id: string, actor: Actor): Promise<void> {
    const team = await this.byId(id)
    if (team === undefined) return
    const at = this.#deps.clock.now()
    await this.#deps.log.record(
      [{ kind: 'identity.team-removed', actor, data: { team: id, before: teamDigest(team) } }],
      [...notePrivilegesChanged(team.members, at), ...deleteTeam(id), keepAnAdministrator()],
      { contradiction: lastAdministrator },
    )
  }

  async #change(
    before: Team,
    after: Team,
    writes: Parameters<ChangeLog['record']>[1],
    actor: Actor,
  ): Promise<Team> {
    const data = {
      team: before.id,
      before: teamDigest(before),
      after: teamDigest(after),
      members: after.members.length,
    }
    const contradiction = before.name === after.name ? lastAdministrator : nameTaken
    await this.#deps.log.record([{ kind: 'identity.team-changed', actor, data }], writes, { contradiction })
    return after
  }

  async #team(id: string): Promise<Team> {
    const team = await this.byId(id)
    if (team !== undefined) return team
    throw identityFailures.create(
      'team-unknown',
      `There is no team ${id.slice(0, 40)}; "custody teams list" lists them.`,
    )
  }

  async #whole({ id, name }: TeamRow): Promise<Team> {
    const { reader } = this.#deps
    const owns = (await owningsOf(reader, id)).map(({ kind, subject }) => ({
      kind: kind as Owning['kind'],
      subject,
    }))
    return { id: id as Id<'tem'>, name, members: await membersOf(reader, id), owns }
  }

  async #checkPerson(id: string): Promise<void> {
    const row = await personById(this.#deps.reader, id)
    if (row !== undefined && row.status !== 'merged') return
    throw identityFailures.create('person-unknown', `${id.slice(0, 40)} is no person who could be a member.`)
  }
}

function teamDigest({ id, name, members, owns }: Team): string {
  return stateDigest({ id, name, members, owns: owns.map(({ kind, subject }) => `${kind} ${subject}`) })
}

function isSame(one: Owning, other: Owning): boolean {
  return one.kind === other.kind && one.subject === other.subject
}

const nameTaken = (): Failure => identityFailures.create('team-name-taken', 'Another team has this name.')
const lastAdministrator = (): Failure =>
  identityFailures.create(
    'last-administrator',
    'Nobody would be administrator any more; make somebody one first.',
  )
