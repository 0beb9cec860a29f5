import { describe, expect, it } from 'vitest'
import { addPerson, filledRun, openFilledRun, START, startForgetful } from '../support/forgetful-custody.ts'
import type { RunningCustody } from '../support/running-custody.ts'

const sweep = (custody: RunningCustody, confirmClock = false) =>
  custody.server.services.forgetting.sweep({ confirmClock })

describe('retention', () => {
  it('erases by itself what its workflow said to keep for 400 days, and signs what it did [REC-15]', async () => {
    const { custody, clock } = await startForgetful()
    await using _ = custody
    const run = await filledRun(custody)
    clock.forwardDays(399)
    expect(await sweep(custody, true)).toMatchObject({ clock: 'steady', runs: 0 })
    clock.forwardDays(2)
    const swept = await sweep(custody)
    expect(swept).toMatchObject({ runs: 1, parts: 3, keys: 0 })
    using view = custody.durable()
    expect(view.ofKind('part.erased').at(-1)).toMatchObject({
      actor: 'system',
      data: { scope: 'class', subject: '400d', reason: 'retention', consent: 'policy', runs: [run] },
    })
    const erasure = view.ofKind('part.erased').at(-1)?.id
    expect(view.ofKind('evidence.attached').some(({ data }) => data.of === erasure)).toBe(true)
    expect(await sweep(custody)).toMatchObject({ runs: 0, parts: 0 })
    expect(
      await custody.server.services.vault.erasuresOf(view.events(run).map(({ id }) => id)),
    ).toHaveProperty('size', 3)
  })

  it('destroys the key of a month when everything under it has expired [REC-15]', async () => {
    const { custody, clock } = await startForgetful()
    await using _ = custody
    await filledRun(custody)
    clock.forwardDays(405)
    expect(await sweep(custody, true)).toMatchObject({ runs: 1, keys: 0 })
    clock.set('2028-01-05T00:00:01.000Z')
    expect(await sweep(custody, true)).toMatchObject({ runs: 0, keys: 1 })
    using view = custody.durable()
    expect(view.ofKind('key.destroyed')).toMatchObject([{ data: { class: '400d', period: '2026-11' } }])
    expect(await sweep(custody)).toMatchObject({ keys: 0 })
  })

  it('keeps open runs, and expires them when they have ended', async () => {
    const { custody, clock } = await startForgetful()
    await using _ = custody
    const opened = await openFilledRun(custody)
    clock.forwardDays(405)
    expect(await sweep(custody, true)).toMatchObject({ runs: 0 })
    const run = custody.server.services.runs
    const open = await run.find(opened.run)
    if (open === undefined) throw new Error('the run is not open')
    await run.close(open, { exitCode: 0, durationMs: 1 })
    expect(await sweep(custody)).toMatchObject({ runs: 1 })
  })

  it('believes a clock that jumped years ahead only after a day [REC-15]', async () => {
    const { custody, clock } = await startForgetful()
    await using _ = custody
    await filledRun(custody)
    await sweep(custody)
    clock.forwardDays(3000)
    expect(await sweep(custody)).toMatchObject({ clock: 'ahead', runs: 0 })
    clock.forwardDays(0.5)
    expect(await sweep(custody)).toMatchObject({ clock: 'ahead', runs: 0 })
    clock.forwardDays(0.6)
    expect(await sweep(custody)).toMatchObject({ clock: 'steady', runs: 1 })
  })

  it('erases nothing when a wrong clock is put right within the day', async () => {
    const { custody, clock } = await startForgetful()
    await using _ = custody
    await filledRun(custody)
    await sweep(custody)
    clock.forwardDays(3000)
    await sweep(custody)
    clock.set('2026-11-22T12:00:00.000Z')
    expect(await sweep(custody)).toMatchObject({ clock: 'steady', runs: 0 })
    clock.forwardDays(3000)
    expect(await sweep(custody)).toMatchObject({ clock: 'ahead', runs: 0 })
  })

  it('knows by its place in the ledger a run that a clock far behind made look old', async () => {
    const { custody, clock } = await startForgetful()
    await using _ = custody
    await sweep(custody)
    clock.set('2020-01-01T00:00:00.000Z')
    await filledRun(custody)
    clock.set('2026-11-22T12:00:00.000Z')
    expect(await sweep(custody)).toMatchObject({ clock: 'steady', runs: 0 })
    clock.forwardDays(401)
    expect(await sweep(custody, true)).toMatchObject({ runs: 1 })
  })

  it('reports once that the clock is ahead, and sweeps when the server starts', async () => {
    const { custody, clock } = await startForgetful()
    await using _ = custody
    await filledRun(custody)
    await custody.stop()
    clock.forwardDays(3000)
    await custody.start({ clock })
    await custody.stop()
    expect(
      custody.reported.filter((line) => line.startsWith('retention: the clock is far ahead')),
    ).toHaveLength(1)
    clock.forwardDays(1.1)
    await custody.start({ clock })
    await custody.stop()
    expect(custody.reported).toContainEqual(expect.stringContaining('retention: erased 3 parts of 1 runs'))
  })
})

describe('a legal hold', () => {
  it.each(['run', 'workflow', 'person', 'organisation'] as const)(
    'on a %s blocks erasing and expiring until it is lifted [REC-15]',
    async (scope) => {
      const { custody, clock } = await startForgetful()
      await using _ = custody
      const { person } = custody.person
      const { holds, erasures } = custody.server.services.forgetting
      const run = await filledRun(custody)
      const subject = { run, workflow: 'code-change', person: person.id, organisation: '' }[scope]
      const hold = await holds.place(person.id, { scope, subject, reason: 'a dispute' })
      const wish = { scope: 'run', subject: run, reason: 'contract-ended', note: 'x' } as const
      await expect(erasures.ask(person.id, wish)).rejects.toMatchObject({ code: 'retention.held' })
      clock.forwardDays(405)
      expect(await sweep(custody, true)).toMatchObject({ runs: 0, held: 1 })
      await holds.lift(person.id, hold.event, 'it has ended')
      expect(await sweep(custody)).toMatchObject({ runs: 1, held: 0 })
    },
  )

  it('on one run lets the others expire', async () => {
    const { custody, clock } = await startForgetful()
    await using _ = custody
    const [held, free] = [await filledRun(custody), await filledRun(custody)]
    const { holds } = custody.server.services.forgetting
    await holds.place(custody.person.person.id, { scope: 'run', subject: held, reason: 'a dispute' })
    clock.forwardDays(405)
    expect(await sweep(custody, true)).toMatchObject({ runs: 1, held: 1 })
    expect((await custody.server.services.runs.row(free)).erased_by).not.toBeNull()
    expect((await custody.server.services.runs.row(held)).erased_by).toBeNull()
  })

  it('covers a part, and a person whose run it holds', async () => {
    const { custody } = await startForgetful()
    await using _ = custody
    const grace = await addPerson(custody, 'Grace')
    const run = await filledRun(custody, grace.session)
    const { holds, erasures } = custody.server.services.forgetting
    const actor = custody.person.person.id
    await holds.place(actor, { scope: 'run', subject: run, reason: 'a dispute' })
    using view = custody.durable()
    const part = `${view.events(run)[0]?.id}/task`
    for (const [scope, subject] of [
      ['part', part],
      ['person', grace.id],
    ] as const) {
      const wish = { scope, subject, reason: 'data-subject-request', note: 'x' } as const
      await expect(erasures.ask(actor, wish)).rejects.toMatchObject({ code: 'retention.held' })
    }
  })

  it('placed between the request and its approval is in time', async () => {
    const { custody } = await startForgetful()
    await using _ = custody
    const grace = await addPerson(custody, 'Grace')
    const run = await filledRun(custody)
    const { holds, erasures } = custody.server.services.forgetting
    const actor = custody.person.person.id
    const wish = { scope: 'run', subject: run, reason: 'contract-ended', note: 'x' } as const
    const asked = await erasures.ask(actor, wish)
    await holds.place(actor, { scope: 'workflow', subject: 'code-change', reason: 'a dispute' })
    await expect(erasures.approve(grace.id, asked.request ?? '')).rejects.toMatchObject({
      code: 'retention.held',
    })
  })

  it('is refused for what does not exist, since what should be held would not be', async () => {
    const { custody } = await startForgetful()
    await using _ = custody
    for (const body of [
      { scope: 'run', subject: 'run_00000000000000000000000000', reason: 'x' },
      { scope: 'workflow', subject: 'no-such-workflow', reason: 'x' },
      { scope: 'person', subject: 'nobody@example.test', reason: 'x' },
    ]) {
      expect((await custody.api('POST', '/v1/holds', body)).status).toBe(404)
    }
    const lift = await custody.api('POST', '/v1/holds/evt_00000000000000000000000000/lift', { reason: 'x' })
    expect(lift.json()).toMatchObject({ code: 'retention.hold-unknown' })
  })

  it('is listed with what became of it, and lifted once', async () => {
    const { custody } = await startForgetful()
    await using _ = custody
    const placed = await custody.api('POST', '/v1/holds', { scope: 'organisation', reason: 'an audit' })
    const { event } = placed.json() as { event: string }
    const lift = () => custody.api('POST', `/v1/holds/${event}/lift`, { reason: 'it is over' })
    const first = (await lift()).json()
    expect((await lift()).json()).toEqual(first)
    const { holds } = (await custody.api('GET', '/v1/holds')).json()
    expect(holds).toEqual([first])
    expect(first.at).toMatch(START.slice(0, 10))
  })
})
