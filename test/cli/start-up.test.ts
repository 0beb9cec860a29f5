import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'
import { COMMANDS } from '../../src/cli/command-table.ts'
import { adapterFor } from '../../src/running/agents/index.ts'
import { readImports } from '../imports.ts'

/** The packages that a file loads before it does anything. */
function packagesAtStart(entry: string): readonly string[] {
  const files = new Set([entry])
  const packages = new Set<string>()
  // A set that grows while it is walked visits what was added.
  for (const file of files) {
    for (const { target, kind } of readImports(readFileSync(file, 'utf8'))) {
      if (kind !== 'static' || target.startsWith('node:')) continue
      if (target.startsWith('.')) files.add(normalize(join(dirname(file), target)))
      else packages.add(target)
    }
  }
  return [...packages].sort()
}

describe('starting the command line', () => {
  it('loads the parser and colours, and no package of the server', () => {
    expect(packagesAtStart('src/cli/main.ts')).toEqual(['commander', 'picocolors'])
  })

  it.each(['version', 'completion', 'verify'])('and nothing more for %s', (command) => {
    expect(packagesAtStart(`src/cli/commands/${command}.ts`)).toEqual([])
  })

  it('sees that serving loads the server', () => {
    expect(packagesAtStart('src/cli/commands/serve.ts')).toContain('fastify')
  })
})

describe('the table of commands', () => {
  it('has a module for every command', () => {
    const files = COMMANDS.map(({ name }) => `src/cli/commands/${name.replace(' ', '-')}.ts`)
    expect(files.filter((file) => !existsSync(file))).toEqual([])
  })

  it('offers the kinds of agent that there are', () => {
    const options = COMMANDS.find(({ name }) => name === 'run')?.options ?? []
    const { choices = [] } = options.find(({ syntax }) => syntax.startsWith('--agent')) ?? {}
    expect(() => adapterFor('unheard-of', ['x'])).toThrow(`one of ${choices.join(', ')}.`)
  })
})
