import { fileURLToPath } from 'node:url'

import type { Child, Children, Ended } from './children.ts'
import type { Scene } from './scene.ts'

const PROGRAM = fileURLToPath(new URL('../../bin/custody', import.meta.url))

/** The product's command line, called the way a user calls it. */
export interface Custody {
  /** Runs one command to its end, coloured where `isColoured` was asked for. */
  call(words: readonly string[]): Promise<Ended>
  /** The same without colours, and an error with what it said on stderr unless it ends with `exitCode`. */
  expect(exitCode: number, words: readonly string[]): Promise<Ended>
  /** Starts `custody serve` and waits until it serves; `secrets` are for its environment alone. */
  serve(words: readonly string[], secrets: Readonly<Record<string, string>>): Promise<Serving>
}

export interface Serving {
  readonly url: string
  stop(): Promise<Ended>
}

export function custodyIn(scene: Scene, children: Children, isColoured: boolean): Custody {
  const start = (words: readonly string[], more: Readonly<Record<string, string>>): Child => {
    const environment = { ...scene.environment, CUSTODY_DATA: scene.data, ...more }
    return children.start([process.execPath, PROGRAM, ...words], { cwd: scene.root, environment })
  }
  return {
    call: (words) => start(words, isColoured ? { FORCE_COLOR: '1' } : PLAIN).ended,
    expect: async (exitCode, words) => checked(await start(words, PLAIN).ended, exitCode),
    serve: async (words, secrets) => {
      const server = start([...words, '--json'], { ...PLAIN, ...secrets })
      const { url } = JSON.parse(await server.firstLine) as { url: string }
      return { url, stop: () => server.stop() }
    },
  }
}

const PLAIN = { NO_COLOR: '1', TERM: 'dumb', CI: '1' }

const SAID_CHARS = 2000

function checked(ended: Ended, exitCode: number): Ended {
  if (ended.exitCode === exitCode) return ended
  const said = ended.stderr.trim().slice(-SAID_CHARS)
  throw new Error(`it ended with ${ended.exitCode ?? 'a signal'} instead of ${exitCode}\n${said}`)
}
