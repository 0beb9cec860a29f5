import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BareIdentity } from '../../../test/support/bare-identity.ts'
import { ENGINES } from '../../../test/support/engines.ts'
import type { Identity } from './identity.ts'
import type { Person } from './person.ts'

describe.each(ENGINES)('on %s', (engine) => {
  let bare: BareIdentity
  let identity: Identity
  let ada: Person

  beforeEach(async () => {
    bare = await BareIdentity.start(engine)
    identity = bare.identity
    ada = await bare.administrator()
  })
  afterEach(() => bare[Symbol.asyncDispose]())

  const grace = { name: 'Grace Hopper', email: 'Grace@Example.test', emailVerified: true }
  const code = (work: Promise<unknown>) =>
    work.then(
      () => 'done',
      (error: unknown) => (error as { code?: string }).code,
    )
  const organisation = (role: 'administrator' | 'developer' | 'auditor') =>
    ({ role, scope: 'organisation' }) as const

  describe('persons', () => {
    it('are recorded with digests and without a word of them [SEC-9]', async () => {
      const { id } = await identity.directory.add(grace, ada.id)
      await identity.directory.change(id, { name: 'Amazing Grace' }, ada.id)
      const text = JSON.stringify(await bare.events())
      expect(text).not.toMatch(/grace|hopper|example\.test/i)
      expect((await bare.events()).at(-1)).toMatchObject({
        kind: 'identity.person-changed',
        actor: ada.id,
        data: { person: id, before: expect.stringMatching(/^[0-9a-f]{64}$/), after: expect.any(String) },
      })
    })

    it('have an address that is nobody else’s, in whatever case it is written', async () => {
      await identity.directory.add(grace, ada.id)
      expect(await code(identity.directory.add({ ...grace, email: 'GRACE@example.TEST' }, ada.id))).toBe(
        'identity.email-taken',
      )
      expect(await code(identity.directory.change(ada.id, { email: 'grace@example.test' }, ada.id))).toBe(
        'identity.email-taken',
      )
    })

    it('are one where two are added with one address at the same time', async () => {
      const added = await Promise.allSettled([
        identity.directory.add(grace, ada.id),
        identity.directory.add(grace, ada.id),
      ])
      expect(added.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
      expect(await identity.persons()).toHaveLength(2)
    })

    it('that turn out to be one human go on as one, and cannot consent to themselves', async () => {
      const account = { provider: 'github:github.com', subject: '42', verified: true }
      const { id } = await identity.directory.add({ ...grace, externalIds: [account] }, ada.id)
      const session = await identity.sessions.start(id, { kind: 'cli', lifetimeMs: 60_000 })
      await identity.directory.merge(id, ada.id, ada.id)
      expect((await identity.directory.byExternalId('github:github.com', '42'))?.id).toBe(ada.id)
      expect(await identity.directory.isSameHuman(id, ada.id)).toBe(true)
      expect(await identity.sessions.check(session.token)).toBeUndefined()
      expect(await code(identity.directory.reactivate(id, ada.id))).toBe('identity.person-inactive')
    })

    it('cannot take an account that another person has', async () => {
      const { id } = await identity.directory.add(grace, ada.id)
      const account = { provider: 'oidc:https://idp.test', subject: 's', verified: true }
      await identity.directory.link(ada.id, account, ada.id)
      expect(await code(identity.directory.link(id, account, ada.id))).toBe('identity.account-taken')
    })

    it('are signed out when an account is taken from them', async () => {
      const account = { provider: 'oidc:https://idp.test', subject: 's', verified: true }
      await identity.directory.link(ada.id, account, ada.id)
      const { token } = await identity.sessions.start(ada.id, { kind: 'console', lifetimeMs: 60_000 })
      await identity.directory.unlink(ada.id, account.provider, account.subject, ada.id)
      expect(await identity.sessions.check(token)).toBeUndefined()
    })
  })

  describe('accounts at providers', () => {
    const claim = {
      provider: 'oidc:https://idp.test',
      subject: 'sub-1',
      name: 'Ada',
      email: 'ADA@example.test',
      emailVerified: true,
    }
    const options = { actor: 'system', mayAdd: true } as const

    it('are joined once, and then known by themselves', async () => {
      expect(await identity.accounts.resolve(claim, options)).toMatchObject({
        state: 'linked',
        person: { id: ada.id },
      })
      const changed = { ...claim, email: 'new@example.test', emailVerified: false }
      expect(await identity.accounts.resolve(changed, options)).toMatchObject({
        state: 'known',
        person: { id: ada.id },
      })
    })

    it('do not take over a person by an unverified address [SEC-1]', async () => {
      const resolved = await identity.accounts.resolve({ ...claim, emailVerified: false }, options)
      expect(resolved).toEqual({ state: 'refused', because: 'unverified-email' })
    })

    it('of one human at one directory are refused when they are two', async () => {
      await identity.accounts.resolve(claim, options)
      const resolved = await identity.accounts.resolve({ ...claim, subject: 'sub-2' }, options)
      expect(resolved).toEqual({ state: 'refused', because: 'second-account' })
    })
  })

  describe('administrators', () => {
    it('are never none: the last keeps role, status and team [SEC-3]', async () => {
      const { directory, roleGrants, teams } = identity
      expect(await code(roleGrants.revoke(ada.id, organisation('administrator'), ada.id))).toBe(
        'identity.last-administrator',
      )
      expect(await code(directory.deactivate(ada.id, 'left', ada.id))).toBe('identity.last-administrator')
      const team = await teams.add('admins', ada.id)
      const { id } = await directory.add(grace, ada.id)
      await roleGrants.grant(team.id, organisation('administrator'), ada.id)
      await teams.setMembers(team.id, [id], ada.id)
      await directory.deactivate(ada.id, 'left', id)
      expect(await code(teams.remove(team.id, id))).toBe('identity.last-administrator')
      expect(await code(teams.setMembers(team.id, [], id))).toBe('identity.last-administrator')
    })

    it('of whom two remove each other at the same time leave one', async () => {
      const { id } = await identity.directory.add(grace, ada.id)
      await identity.roleGrants.grant(id, organisation('administrator'), ada.id)
      const results = await Promise.all([
        code(identity.directory.deactivate(ada.id, 'left', id)),
        code(identity.directory.deactivate(id, 'left', ada.id)),
      ])
      expect(results.toSorted()).toEqual(['done', 'identity.last-administrator'])
    })
  })

  describe('roles', () => {
    const may = async (person: string, permission: 'run.open' | 'run.read', workflow: string) =>
      (
        await identity.access.decide({ kind: 'person', id: person as 'per_x' }, permission, {
          scope: `workflow:${workflow}`,
        })
      ).allowed

    it('count in their scope and in what is inside it', async () => {
      const { id } = await identity.directory.add(grace, ada.id)
      await identity.roleGrants.grant(id, { role: 'developer', scope: 'workflow:code-change' }, ada.id)
      expect(await may(id, 'run.open', 'code-change')).toBe(true)
      expect(await may(id, 'run.open', 'deploy')).toBe(false)
    })

    it('of a team reach its members, and a scope of a team the workflows it owns', async () => {
      const { id } = await identity.directory.add(grace, ada.id)
      const [members, owners] = [
        await identity.teams.add('members', ada.id),
        await identity.teams.add('owners', ada.id),
      ]
      await identity.roleGrants.grant(members.id, { role: 'developer', scope: `team:${owners.id}` }, ada.id)
      expect(await may(id, 'run.open', 'deploy')).toBe(false)
      await identity.teams.addMember(members.id, id, ada.id)
      expect(await may(id, 'run.open', 'deploy')).toBe(false)
      await identity.teams.own(owners.id, { kind: 'workflow', subject: 'deploy' }, ada.id)
      expect(await may(id, 'run.open', 'deploy')).toBe(true)
      await identity.teams.removeMember(members.id, id, ada.id)
      expect(await may(id, 'run.open', 'deploy')).toBe(false)
    })

    it('name the policies that decided', async () => {
      const decision = await identity.access.decide({ kind: 'person', id: ada.id }, 'run.open')
      expect(decision).toMatchObject({ allowed: true, policies: ['run.open/administrator'] })
    })

    it('give a deactivated person nothing', async () => {
      const { id } = await identity.directory.add(grace, ada.id)
      await identity.roleGrants.grant(id, organisation('developer'), ada.id)
      expect(await may(id, 'run.open', 'code-change')).toBe(true)
      await identity.directory.deactivate(id, 'left', ada.id)
      expect(await identity.access.decide({ kind: 'person', id }, 'run.open')).toMatchObject({
        allowed: false,
        policies: ['inactive'],
      })
    })

    it('show an auditor bodies only by a disclosure, until it ends', async () => {
      const { id } = await identity.directory.add(grace, ada.id)
      await identity.roleGrants.grant(id, organisation('auditor'), ada.id)
      const target = { scope: 'run:run_0', workflow: 'code-change' } as const
      const read = () => identity.access.decide({ kind: 'person', id }, 'part.read', target)
      expect((await read()).allowed).toBe(false)
      const wish = {
        person: id,
        scope: 'workflow:code-change',
        reason: 'audit 7',
        lifetimeMs: 86_400_000,
      } as const
      await identity.disclosures.grant(wish, ada.id)
      expect(await read()).toMatchObject({ allowed: true, policies: ['part.read/disclosure'] })
      bare.clock.forwardDays(2)
      expect((await read()).allowed).toBe(false)
      expect(JSON.stringify(await bare.events())).not.toContain('audit 7')
    })
  })

  describe('sessions', () => {
    const start = (wish = {}) =>
      identity.sessions.start(ada.id, { kind: 'console', lifetimeMs: 3_600_000, ...wish })

    it('end by time, by not being used, and by being ended', async () => {
      const [short, idle, ended] = [
        await start({ lifetimeMs: 1000 }),
        await start({ idleMs: 2000 }),
        await start(),
      ]
      await identity.sessions.end(ended.id, ada.id)
      bare.clock.set('2026-11-21T12:00:03.000Z')
      for (const { token } of [short, idle, ended])
        expect(await identity.sessions.check(token)).toBeUndefined()
      expect((await bare.events()).at(-1)?.kind).toBe('identity.session-ended')
    })

    it('get a new secret that the old one does not open, at every sign-in and rotation', async () => {
      const before = await start()
      const after = await identity.sessions.rotate(before.token)
      expect(await identity.sessions.check(before.token)).toBeUndefined()
      expect((await identity.sessions.check(after?.token ?? ''))?.person.id).toBe(ada.id)
      expect(await identity.sessions.rotate(before.token)).toBeUndefined()
    })

    it('say that they should be rotated when privileges changed since they began', async () => {
      const { token } = await start()
      expect((await identity.sessions.check(token))?.rotationDue).toBe(false)
      await identity.roleGrants.grant(ada.id, organisation('auditor'), ada.id)
      expect((await identity.sessions.check(token))?.rotationDue).toBe(true)
      const rotated = await identity.sessions.rotate(token)
      expect((await identity.sessions.check(rotated?.token ?? ''))?.rotationDue).toBe(false)
    })

    it('are on disk as digests only', async () => {
      const { token } = await start()
      expect(JSON.stringify(await bare.events())).not.toContain(token)
    })
  })

  describe('local accounts', () => {
    const PASSWORD = 'correct horse battery'
    const attempt = (password: string, email = 'ada@example.test', source = '192.0.2.1') =>
      identity.localAccounts.check({ email, password, source })

    it('let in who knows the password', async () => {
      await identity.localAccounts.setPassword(ada.id, PASSWORD, ada.id)
      expect(await attempt(PASSWORD)).toMatchObject({ state: 'accepted', person: { id: ada.id } })
    })

    it('answer the same to a wrong password, an unknown address and somebody deactivated', async () => {
      const { id } = await identity.directory.add(grace, ada.id)
      await identity.localAccounts.setPassword(id, PASSWORD, ada.id)
      await identity.directory.deactivate(id, 'left', ada.id)
      expect(await attempt('wrong')).toEqual({ state: 'refused' })
      expect(await attempt(PASSWORD, 'nobody@example.test')).toEqual({ state: 'refused' })
      expect(await attempt(PASSWORD, 'grace@example.test')).toEqual({ state: 'refused' })
    })

    it.each(['ada@example.test', 'nobody@example.test'])(
      'make %s wait after five failures',
      async (email) => {
        await identity.localAccounts.setPassword(ada.id, PASSWORD, ada.id)
        for (let i = 0; i < 5; i++) expect(await attempt('wrong', email)).toEqual({ state: 'refused' })
        expect(await attempt(PASSWORD, email)).toEqual({ state: 'locked', waitMs: expect.any(Number) })
        bare.clock.set('2026-11-21T12:00:02.000Z')
        expect((await attempt(PASSWORD, email)).state).not.toBe('locked')
      },
    )

    it('look at no more than a few of many attempts at the same time', async () => {
      await identity.localAccounts.setPassword(ada.id, PASSWORD, ada.id)
      const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => attempt(`wrong ${i}`)))
      expect(answers.filter(({ state }) => state === 'refused').length).toBeLessThanOrEqual(5)
    })

    it('hash again at the present cost', async () => {
      await identity.localAccounts.setPassword(ada.id, PASSWORD, ada.id)
      const dearer = bare.another({ memoryKib: 128, passes: 1, parallelism: 1 })
      const check = { email: ada.email, password: PASSWORD, source: 's' }
      expect((await dearer.localAccounts.check(check)).state).toBe('accepted')
      expect((await dearer.localAccounts.check(check)).state).toBe('accepted')
    })
  })

  describe('one-time links', () => {
    const PASSWORD = 'correct horse battery'
    const issue = (lifetimeMs = 60_000) =>
      identity.links.issue(ada.id, { purpose: 'invite', lifetimeMs }, ada.id)

    it('work once, also when two try at the same time', async () => {
      const { token } = await issue()
      const results = await Promise.all([
        code(identity.links.redeem(token, PASSWORD)),
        code(identity.links.redeem(token, PASSWORD)),
      ])
      expect(results.toSorted()).toEqual(['done', 'identity.link-invalid'])
      expect(await code(identity.links.redeem(token, PASSWORD))).toBe('identity.link-invalid')
    })

    it('stay good when the password is refused, and end by time', async () => {
      const { token } = await issue()
      expect(await code(identity.links.redeem(token, 'short'))).toBe('identity.password-refused')
      expect((await identity.links.look(token))?.person.id).toBe(ada.id)
      bare.clock.forwardDays(1)
      expect(await identity.links.look(token)).toBeUndefined()
    })

    it('sign out whoever was signed in', async () => {
      const session = await identity.sessions.start(ada.id, { kind: 'cli', lifetimeMs: 60_000 })
      await identity.links.redeem((await issue()).token, PASSWORD)
      expect(await identity.sessions.check(session.token)).toBeUndefined()
    })
  })

  describe('run tokens', () => {
    it('count for a short time unless they are renewed [ID-3]', async () => {
      const { run, token } = await bare.mintRunToken(ada.id, 60_000)
      expect((await identity.callAuthority(token)).state).toBe('valid')
      bare.clock.set('2026-11-21T12:00:50.000Z')
      await identity.runTokens.renew(run, 60_000)
      bare.clock.set('2026-11-21T12:01:40.000Z')
      expect((await identity.callAuthority(token)).state).toBe('valid')
      bare.clock.set('2026-11-21T12:03:00.000Z')
      expect((await identity.callAuthority(token)).state).toBe('expired')
    })

    it('are extended for every server, whichever heard the heartbeat', async () => {
      const { run, token } = await bare.mintRunToken(ada.id, 60_000)
      const other = bare.another()
      expect((await other.callAuthority(token)).state).toBe('valid')
      bare.clock.set('2026-11-21T12:00:50.000Z')
      await identity.runTokens.renew(run, 60_000)
      bare.clock.set('2026-11-21T12:01:30.000Z')
      expect((await other.callAuthority(token)).state).toBe('valid')
    })

    it('end at once with their sponsor, and stay ended when that one is let back in [ID-4]', async () => {
      const { id } = await identity.directory.add(grace, ada.id)
      await identity.roleGrants.grant(id, organisation('developer'), ada.id)
      const { token } = await bare.mintRunToken(id)
      expect((await identity.callAuthority(token)).state).toBe('valid')
      await identity.directory.deactivate(id, 'left', ada.id)
      expect(await identity.callAuthority(token)).toMatchObject({
        state: 'revoked',
        reason: 'sponsor-inactive',
      })
      await identity.directory.reactivate(id, ada.id)
      await identity.runTokens.renew((await bare.mintRunToken(id)).run, 60_000)
      expect(await identity.callAuthority(token)).toMatchObject({ state: 'revoked' })
    })

    it('end in another process as soon as it looks', async () => {
      const { id } = await identity.directory.add(grace, ada.id)
      await identity.roleGrants.grant(id, organisation('developer'), ada.id)
      const { token } = await bare.mintRunToken(id)
      const other = bare.another()
      await other.changes.look()
      expect((await other.callAuthority(token)).state).toBe('valid')
      await identity.directory.deactivate(id, 'left', ada.id)
      await other.changes.look()
      expect((await other.callAuthority(token)).state).toBe('revoked')
    })

    it('need a sponsor who may sponsor runs of the workflow [ID-1]', async () => {
      const { id } = await identity.directory.add(grace, ada.id)
      await identity.roleGrants.grant(id, organisation('developer'), ada.id)
      const { token } = await bare.mintRunToken(id)
      await identity.roleGrants.revoke(id, organisation('developer'), ada.id)
      expect((await identity.callAuthority(token)).state).toBe('not-permitted')
    })
  })

  describe('service accounts', () => {
    it('have tokens that end by time, by being revoked and with the account', async () => {
      const { serviceAccounts } = identity
      const { id } = await serviceAccounts.add('siem', ada.id)
      const [short, revoked, last] = [
        await serviceAccounts.issueToken(id, 1000, ada.id),
        await serviceAccounts.issueToken(id, 60_000, ada.id),
        await serviceAccounts.issueToken(id, 60_000, ada.id),
      ]
      expect((await serviceAccounts.ofToken(revoked.token))?.id).toBe(id)
      await serviceAccounts.revokeToken(revoked.id, ada.id)
      bare.clock.set('2026-11-21T12:00:05.000Z')
      expect(await serviceAccounts.ofToken(short.token)).toBeUndefined()
      expect(await serviceAccounts.ofToken(revoked.token)).toBeUndefined()
      expect((await serviceAccounts.ofToken(last.token))?.id).toBe(id)
      await serviceAccounts.remove(id, ada.id)
      expect(await serviceAccounts.ofToken(last.token)).toBeUndefined()
    })

    it('can never be developer, approver, operator or administrator [OWN-1]', async () => {
      const { id } = await identity.serviceAccounts.add('ci', ada.id)
      for (const role of ['developer', 'approver', 'operator', 'administrator'] as const) {
        expect(await code(identity.roleGrants.grant(id, { role, scope: 'organisation' }, ada.id))).toBe(
          'identity.role-not-for-holder',
        )
      }
      expect(
        await code(identity.sessions.start(id as unknown as 'per_x', { kind: 'cli', lifetimeMs: 1 })),
      ).toBe('identity.person-inactive')
    })
  })
})
