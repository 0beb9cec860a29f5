import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findWorkflow, policyDigest, readWorkflows, starterWorkflow } from './index.ts'

const STARTER = starterWorkflow('ada@example.com')
let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'custody-workflows-'))
  await mkdir(join(dir, 'workflows'))
})
afterEach(() => rm(dir, { recursive: true }))

async function store(name: string, text: string | Uint8Array): Promise<void> {
  await writeFile(join(dir, 'workflows', name), text)
}

describe('findWorkflow', () => {
  it('gives the workflow with its exact text and digest', async () => {
    await store('code-change.yaml', STARTER)
    expect(await findWorkflow(dir, 'code-change')).toMatchObject({
      ok: true,
      value: { workflow: { title: 'Code changes' }, text: STARTER, digest: policyDigest(STARTER) },
    })
  })

  it('suggests the workflow that was probably meant', async () => {
    await store('code-change.yaml', STARTER)
    expect(await findWorkflow(dir, 'code-chnage')).toMatchObject({
      refusal: {
        code: 'workflow.unknown',
        message: 'There is no workflow "code-chnage". Did you mean code-change?',
      },
    })
  })

  it('says where workflows come from when there is none', async () => {
    const empty = await findWorkflow(join(dir, 'nowhere'), 'code-change')
    expect(empty).toMatchObject({ refusal: { code: 'workflow.unknown', kind: 'not-found' } })
    expect(!empty.ok && empty.refusal.message).toContain('custody init')
  })

  it('does not leave the workflows folder', async () => {
    await writeFile(join(dir, 'code-change.yaml'), STARTER)
    expect(await findWorkflow(dir, '../code-change')).toMatchObject({ refusal: { code: 'workflow.unknown' } })
  })

  it('refuses a malformed file with all its problems', async () => {
    await store('broken.yaml', 'workflow: broken\ntier: 9\n')
    const result = await findWorkflow(dir, 'broken')
    expect(result).toMatchObject({ refusal: { code: 'workflow.invalid', kind: 'invalid' } })
    expect(!result.ok && result.refusal.problems).toHaveLength(4)
  })

  it('refuses a workflow that is named otherwise than its file', async () => {
    await store('other.yaml', STARTER)
    expect(await findWorkflow(dir, 'other')).toMatchObject({
      refusal: { problems: [{ path: 'workflow', suggestion: 'write workflow: other, or rename the file' }] },
    })
  })

  it('passes on who is a known person', async () => {
    await store('code-change.yaml', STARTER)
    expect(await findWorkflow(dir, 'code-change', { persons: () => false })).toMatchObject({ ok: false })
  })
})

describe('readWorkflows', () => {
  it('gives every workflow by name and passes over other files', async () => {
    await store('code-change.yaml', STARTER)
    await store('b.yaml', STARTER.replace('workflow: code-change', 'workflow: b'))
    await store('rules.cedar', 'not yaml')
    const result = await readWorkflows(dir)
    expect(result.ok && result.value.map(({ workflow }) => workflow.workflow)).toEqual(['b', 'code-change'])
  })

  it('is empty where the folder does not exist', async () => {
    expect(await readWorkflows(join(dir, 'nowhere'))).toEqual({ ok: true, value: [] })
  })

  it('tells the problems of all files at once', async () => {
    await store('a.yaml', STARTER)
    await store('b.yaml', 'x: [')
    await store('c.yaml', Uint8Array.of(0xff))
    const result = await readWorkflows(dir)
    const files = result.ok ? [] : result.refusal.problems.map(({ file }) => file)
    expect(new Set(files)).toEqual(
      new Set(['a', 'b', 'c'].map((name) => join(dir, 'workflows', `${name}.yaml`))),
    )
  })

  it('refuses a folder that is none', async () => {
    await writeFile(join(dir, 'file'), '')
    expect(await readWorkflows(join(dir, 'file'))).toMatchObject({ refusal: { code: 'workflow.unreadable' } })
  })
})
