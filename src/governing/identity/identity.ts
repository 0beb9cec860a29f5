import type { KeyObject } from 'node:crypto'
import type { Clock, Ids, Random } from '../../kernel/index.ts'
import type { Ledger } from '../../recording/ledger/index.ts'
import type { Vault } from '../../recording/vault/index.ts'
import type { Reader, Write } from '../../storage/index.ts'
import { Access, type AccessDecision } from './access.ts'
import { Accounts } from './accounts.ts'
import { Agents } from './agents.ts'
import { ChangeLog } from './change-log.ts'
import { IdentityChanges } from './changes.ts'
import { Denials } from './denials.ts'
import { Directory } from './directory.ts'
import { Disclosures } from './disclosures.ts'
import { LocalAccounts } from './local-accounts.ts'
import { OneTimeLinks } from './one-time-links.ts'
import type { Argon2Cost } from './password.ts'
import type { Person } from './person.ts'
import type { Principal } from './principal.ts'
import { RoleGrants } from './role-grants.ts'
import { type RunBinding, type RunTokenCheck, RunTokens } from './run-tokens.ts'
import { ServiceAccounts } from './service-accounts.ts'
import { Sessions } from './sessions.ts'
import { deletePerson } from './store/persons.ts'
import { keepAnAdministrator } from './store/roles.ts'
import { revokeRunTokens } from './store/run-tokens.ts'
import type { IdentityTables } from './store/tables.ts'
import { raiseVersion } from './store/version.ts'
import { Teams } from './teams.ts'

export interface IdentityDeps {
  readonly ledger: Ledger
  readonly reader: Reader<IdentityTables>
  readonly clock: Clock
  readonly ids: Ids
  readonly random: Random
  readonly vault: Pick<Vault, 'seal'>
  /** Signs run tokens. */
  readonly runTokenKey: KeyObject
  /** What passwords are hashed with from now on. */
  readonly passwordCost?: Argon2Cost
  /** Is told when refused attempts could not be recorded. */
  report(error: unknown): void
}

/** May the holder of a run token call a model or tool now? */
export type CallAuthority = RunTokenCheck | ({ readonly state: 'not-permitted' } & RunBinding)

/** Who is there, what they may do, and how they show it. Names and addresses stay beside the ledger; it sees random ids. */
export class Identity {
  readonly directory: Directory
  readonly accounts: Accounts
  readonly teams: Teams
  readonly agents: Agents
  readonly serviceAccounts: ServiceAccounts
  readonly roleGrants: RoleGrants
  readonly disclosures: Disclosures
  readonly sessions: Sessions
  readonly localAccounts: LocalAccounts
  readonly links: OneTimeLinks
  readonly runTokens: RunTokens
  readonly access: Access
  readonly denials: Denials
  readonly changes: IdentityChanges

  constructor(given: IdentityDeps) {
    const { ledger, reader, runTokenKey: key, passwordCost: cost, report } = given
    const changes = new IdentityChanges(reader)
    const log = new ChangeLog({ ...given, changes })
    const deps = { ...given, changes, log, write: (writes: readonly Write[]) => ledger.write(writes) }
    this.changes = changes
    this.directory = new Directory(deps)
    this.accounts = new Accounts({ directory: this.directory, reader })
    this.teams = new Teams(deps)
    this.agents = new Agents(deps)
    this.serviceAccounts = new ServiceAccounts(deps)
    this.roleGrants = new RoleGrants(deps)
    this.disclosures = new Disclosures(deps)
    this.sessions = new Sessions(deps)
    const { directory, roleGrants, disclosures, teams } = this
    this.localAccounts = new LocalAccounts({ ...deps, directory, ...(cost === undefined ? {} : { cost }) })
    this.links = new OneTimeLinks({ ...deps, directory, localAccounts: this.localAccounts })
    this.runTokens = new RunTokens({ ...deps, key })
    const isActive = async (id: string) =>
      ((await directory.byId(id)) ?? (await this.serviceAccounts.byId(id)))?.active === true
    this.access = new Access({ ...deps, roleGrants, disclosures, teams, isActive })
    this.denials = new Denials({ ...deps, report })
  }

  person(id: string): Promise<Person | undefined> {
    return this.directory.byId(id)
  }

  persons(): Promise<readonly Person[]> {
    return this.directory.all()
  }

  /** Who a bearer secret stands for: a person's session or an integration's token. Undefined for everything else. */
  async principalOf(token: string): Promise<Principal | undefined> {
    const live = await this.sessions.check(token)
    if (live !== undefined) return { kind: 'person', ...live.person }
    const service = await this.serviceAccounts.ofToken(token)
    return service === undefined ? undefined : { kind: 'service', ...service }
  }

  /**
   * What a run token is good for now: its run's sponsor must still be allowed to sponsor runs of that workflow. Whether
   * the run is open is for the runs to say. Costs a digest and two look-ups once both are remembered.
   */
  async callAuthority(token: string): Promise<CallAuthority> {
    const check = await this.runTokens.check(token)
    if (check.state !== 'valid') return check
    const { run, workflow, sponsor } = check
    const asking = { kind: 'person', id: sponsor } as const
    const scope = `workflow:${workflow}` as const
    const decision: AccessDecision | Promise<AccessDecision> = this.access.decide(asking, 'run.open', {
      scope,
    })
    const { allowed } = 'allowed' in decision ? decision : await decision
    return allowed ? check : { state: 'not-permitted', run, workflow, sponsor }
  }

  /**
   * The writes that take everything personal about a person away, and with it what they may do; the id stays, in the
   * ledger, and means nobody. They make their unit fail when nobody would be administrator any more.
   */
  forgetting(id: string): readonly Write[] {
    return [
      ...deletePerson(id),
      revokeRunTokens({ sponsor: id }, 'sponsor-inactive'),
      keepAnAdministrator(),
      raiseVersion(),
    ]
  }
}
