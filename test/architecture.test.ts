import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { EMPTY_WORDS, FOLDERS, MODULES, POWERFUL_NODE_MODULES } from './architecture.ts'
import { type Architecture, checkArchitecture, type Rule, readTree } from './architecture-check.ts'
import { readImports, unreadableImports } from './imports.ts'

const architecture: Architecture = {
  folders: FOLDERS,
  modules: MODULES,
  powerful: POWERFUL_NODE_MODULES,
  emptyWords: EMPTY_WORDS,
}

describe('the source keeps to test/architecture.ts', () => {
  const violations = checkArchitecture(readTree('.', ['src', 'test', 'tools', 'bench']), architecture)
  const broken = (rule: Rule) =>
    violations.filter((found) => found.rule === rule).map(({ message }) => message)

  it.each<[string, Rule]>([
    ['every file belongs to a declared module, and every declared module has files', 'declared'],
    ['modules are listed after what they import, in the order of the folders', 'order'],
    ['no import crosses modules without a declared arrow', 'arrow'],
    ['every permission is used', 'used'],
    ['a module is entered through its index.ts only', 'door'],
    ['only declared npm packages are imported, and every import can be read', 'package'],
    ['production code imports no test and no fake', 'test-free'],
    ['no file has a name that says nothing', 'name'],
    ['powerful node: modules are imported where they are declared', 'powerful'],
    ['offline modules reach no npm package and no node: module', 'offline'],
  ])('%s', (_, rule) => {
    expect(broken(rule)).toEqual([])
  })
})

const SMALL: Architecture = {
  folders: ['kernel', 'recording', 'server'],
  modules: [
    { module: 'kernel', mayImport: [], packages: [] },
    { module: 'recording/verify', mayImport: ['kernel'], packages: [], offline: true },
    { module: 'server', mayImport: ['kernel', 'recording/verify'], packages: ['fastify'] },
  ],
  powerful: { 'node:net': ['server'] },
  emptyWords: EMPTY_WORDS,
}

const SOUND: Readonly<Record<string, string>> = {
  'src/kernel/index.ts': `export { clock } from './clock.ts'`,
  'src/kernel/clock.ts': `import { hash } from 'node:crypto'\nexport const clock = hash`,
  'src/recording/verify/index.ts': `import type { Clock } from '../../kernel/index.ts'`,
  'src/server/index.ts': [
    `import { createServer } from 'node:net'`,
    `import fastify, {\n  type FastifyInstance,\n} from 'fastify'`,
    `import { clock } from '../kernel/index.ts'`,
    `const verify = () => import('../recording/verify/index.ts')`,
  ].join('\n'),
  'src/server/index.test.ts': `import { fake } from '../../test/fakes/vendor.ts'`,
}

describe('the check finds what is planted', () => {
  const check = (changes: Readonly<Record<string, string>>, rules: Architecture = SMALL) =>
    checkArchitecture(new Map(Object.entries({ ...SOUND, ...changes })), rules)
  const module = (rules: Partial<(typeof SMALL.modules)[number]>, name: string): Architecture => ({
    ...SMALL,
    modules: SMALL.modules.map((rule) => (rule.module === name ? { ...rule, ...rules } : rule)),
  })

  it('finds nothing in a sound tree', () => {
    expect(check({})).toEqual([])
  })

  it.each<[string, Rule, string, Readonly<Record<string, string>>]>([
    ['a file outside every module', 'declared', 'src/drawer.ts belongs', { 'src/drawer.ts': '' }],
    [
      'an undeclared arrow',
      'arrow',
      'src/kernel/clock.ts imports server',
      { 'src/kernel/clock.ts': `import '../server/index.ts'` },
    ],
    [
      'an undeclared arrow for a type only',
      'arrow',
      'imports server, which kernel may not',
      { 'src/kernel/ids.ts': `import type {\n  Server,\n} from '../server/index.ts'` },
    ],
    [
      'an undeclared re-export',
      'arrow',
      'imports server, which kernel may not',
      { 'src/kernel/ids.ts': `export * from '../server/index.ts'` },
    ],
    [
      'an undeclared dynamic import',
      'arrow',
      'imports server, which kernel may not',
      { 'src/kernel/ids.ts': `const later = () => import('../server/index.ts')` },
    ],
    [
      'a worker that starts in another module',
      'arrow',
      'imports server, which kernel may not',
      { 'src/kernel/ids.ts': `new Worker(new URL('../server/index.ts', import.meta.url))` },
    ],
    [
      'an import past the door',
      'door',
      'not its index.ts',
      { 'src/server/routes.ts': `import { clock } from '../kernel/clock.ts'` },
    ],
    [
      'an undeclared package',
      'package',
      'imports @scope/thing, which kernel may not',
      { 'src/kernel/ids.ts': `import { a } from '@scope/thing/deep'` },
    ],
    [
      'an import whose target is computed',
      'package',
      '1 unread import(s)',
      { 'src/kernel/ids.ts': 'const later = (name: string) => import(name)' },
    ],
    [
      'a fake in production code',
      'test-free',
      'test/fakes/vendor.ts',
      { 'src/server/routes.ts': `import { fake } from '../../test/fakes/vendor.ts'` },
    ],
    [
      'a test in production code',
      'test-free',
      'index.test.ts',
      { 'src/server/routes.ts': `import { fake } from './index.test.ts'` },
    ],
    ['a file name that says nothing', 'name', 'src/kernel/text-utils.ts', { 'src/kernel/text-utils.ts': '' }],
    ['a folder name that says nothing', 'name', 'test/helpers ', { 'test/helpers/git.ts': '' }],
    [
      'a powerful module in the wrong place',
      'powerful',
      'imports node:net, which kernel may not',
      { 'src/kernel/ids.ts': `import { connect } from 'node:net'` },
    ],
    [
      'an offline module that loads Node through another module',
      'offline',
      'recording/verify reaches node:crypto through src/kernel/clock.ts',
      { 'src/recording/verify/index.ts': `import { clock } from '../../kernel/index.ts'` },
    ],
  ])('%s', (_, rule, message, planted) => {
    const found = check(planted)
    expect(found.map((violation) => violation.rule)).toContain(rule)
    expect(found.map((violation) => violation.message).join('\n')).toContain(message)
  })

  it('a declared module without files', () => {
    const rules = {
      ...SMALL,
      modules: [...SMALL.modules, { module: 'server/gone', mayImport: [], packages: [] }],
    }
    expect(check({}, rules).map(({ message }) => message)).toEqual([
      'src/server/gone/ is declared but has no file',
    ])
  })

  it('modules in the wrong order', () => {
    const rules = { ...SMALL, modules: SMALL.modules.toReversed() }
    expect(new Set(check({}, rules).map(({ rule }) => rule))).toEqual(new Set(['order']))
  })

  it('an arrow, a package and a powerful module nobody uses', () => {
    const granted = module({ mayImport: ['kernel'], packages: ['undici'] }, 'recording/verify')
    const rules = { ...granted, powerful: { 'node:net': ['server', 'kernel'] } }
    expect(check({}, rules).map(({ message }) => message)).toEqual([
      'recording/verify may import undici but does not: remove the permission',
      'kernel may import node:net but does not: remove the permission',
    ])
  })

  it('a tree without any file', () => {
    const empty = mkdtempSync(join(tmpdir(), 'custody-'))
    const violations = checkArchitecture(readTree(empty, ['.']), SMALL)
    rmSync(empty, { recursive: true })
    expect(violations.filter(({ rule }) => rule === 'declared')).toHaveLength(3)
  })
})

describe('imports', () => {
  it('are read in every form the formatter writes', () => {
    const source = [
      `import 'a'`,
      `import b from 'b'`,
      `import * as c from 'c'`,
      `import d, { e } from 'd'`,
      `import {\n  f,\n  type G,\n} from 'f'`,
      `import type { H } from 'h'`,
      `export { i } from 'i'`,
      `export * from 'j'`,
      `export * as k from 'k'`,
      `export type { L } from 'l'`,
      `type M = import('m').M`,
    ].join('\n')
    expect(
      readImports(source)
        .map(({ target }) => target)
        .sort(),
    ).toEqual('abcdfhijklm'.split(''))
    expect(unreadableImports(source)).toBe(0)
  })

  it('in comments are not imports', () => {
    expect(readImports(`// import('a')\n/** import('b') */\n * import('c')`)).toEqual([])
  })
})
