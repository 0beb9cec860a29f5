import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { chooseUpdate } from './dependency-update.ts'
import { committedFile, makeRepository, setBack } from './repository.ts'

const MANIFEST = JSON.stringify(
  { dependencies: { '@scope/odd': '1.0.2', young: '1.0.0', small: '2.3.4' } },
  null,
  2,
)
const CHANGELOG = '# Changelog\n\n## Unreleased\n\n- One thing.\n'

let root: string
let source: string
let target: string
const environment = { PATH: process.env.PATH ?? '', HOME: tmpdir() }

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'custody-demo-repository-'))
  source = join(root, 'source')
  target = join(root, 'target')
  mkdirSync(join(source, 'node_modules', 'small'), { recursive: true })
  writeFileSync(join(source, 'package.json'), MANIFEST)
  writeFileSync(join(source, 'node_modules', 'small', 'index.js'), '')
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

describe('makeRepository', () => {
  it('begins with the files where there is no history', () => {
    expect(makeRepository(source, target, environment)).toEqual({ isClone: false, commits: 1 })
    expect(() => committedFile(target, 'node_modules/small/index.js', environment)).toThrow()
    expect(committedFile(target, 'package.json', environment)).toBe(MANIFEST)
  })

  it('clones what has a history', () => {
    makeRepository(source, target, environment)
    const clone = join(root, 'clone')
    expect(makeRepository(target, clone, environment)).toEqual({ isClone: true, commits: 1 })
  })
})

describe('chooseUpdate', () => {
  it('takes a plainly named dependency that has an earlier patch', () => {
    const update = chooseUpdate({ manifest: MANIFEST, changelog: CHANGELOG })
    expect(update).toMatchObject({ name: 'small', earlier: '2.3.3', current: '2.3.4' })
  })

  it('leads back to what the manifest said before it was set back', () => {
    makeRepository(source, target, environment)
    const update = chooseUpdate({ manifest: MANIFEST, changelog: CHANGELOG })
    setBack(target, update, environment)
    const earlier = committedFile(target, 'package.json', environment)
    expect(earlier).toContain('"small": "2.3.3"')
    expect(earlier.replace(update.before, update.after)).toBe(MANIFEST)
  })
})
