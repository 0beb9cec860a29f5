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
  /** What the server has said on stderr; empty when none was started. */
  serverLog(): string
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
  let serverLog = () => ''
  return {
    serverLog: () => serverLog(),
    call: (words) => start(words, isColoured ? { FORCE_COLOR: '1' } : PLAIN).ended,
    expect: async (exitCode, words) => checked(await endedInTime(start(words, PLAIN)), exitCode),
    serve: async (words, secrets) => {
      const server = start([...words, '--json'], { ...PLAIN, ...secrets })
      serverLog = server.said
      const { url } = JSON.parse(await server.firstLine) as { url: string }
      return { url, stop: () => server.stop() }
    },
  }
}

const PLAIN = { NO_COLOR: '1', TERM: 'dumb', CI: '1' }

/** An agent may ask an unreachable vendor again and again. */
const LIMIT_MINUTES = 5

async function endedInTime(child: Child): Promise<Ended> {
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    void child.stop()
  }, LIMIT_MINUTES * 60_000)
  const ended = await child.ended
  clearTimeout(timer)
  if (isLate) throw new Error(`it took more than ${LIMIT_MINUTES} minutes\n${lastWords(ended)}`)
  return ended
}

const SAID_CHARS = 2000

function checked(ended: Ended, exitCode: number): Ended {
  if (ended.exitCode === exitCode) return ended
  throw new Error(`it ended with ${ended.exitCode ?? 'a signal'} instead of ${exitCode}\n${lastWords(ended)}`)
}

function lastWords({ stderr }: Ended): string {
  return stderr.trim().slice(-SAID_CHARS)
}
