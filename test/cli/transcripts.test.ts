import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Kept, matchesJson, matchesLines } from './expected-output.ts'
import { type Ended, ScratchWorld } from './scratch-world.ts'
import { parseTranscript, type Step } from './transcript.ts'

const TIMEOUT_MS = 400_000
const FILES = globSync('test/cli/transcripts/*.txt').sort()

describe('the command line behaves as its transcripts say', () => {
  it.concurrent.each(FILES.map((file) => [basename(file, '.txt'), file]))(
    '%s',
    async (_, file) => {
      const transcript = parseTranscript(readFileSync(file, 'utf8'))
      await using world = await ScratchWorld.create()
      for (const [path, content] of transcript.files) await world.write(path, content)
      const kept: Kept = new Map()
      for (const step of transcript.steps) {
        const ended = await world.shell(step.command, Object.fromEntries(kept))
        if (!isAsWritten(step, ended, kept)) {
          expect(written(ended), `${file}:${step.line}: ${step.command}`).toBe(written(step))
        }
      }
      expect(transcript.steps).not.toEqual([])
    },
    TIMEOUT_MS,
  )

  it('and there are transcripts', () => {
    expect(FILES).not.toEqual([])
  })
})

function isAsWritten({ stdout, stderr, exitCode }: Step, ended: Ended, kept: Kept): boolean {
  const isJson = stdout[0]?.startsWith('json ')
  const printed = isJson
    ? matchesJson(JSON.parse(stdout.join('\n').slice(5)), parseJson(ended.stdout), kept)
    : matchesLines(stdout, ended.stdout, kept)
  return printed && matchesLines(stderr, ended.stderr, kept) && ended.exitCode === exitCode
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** As a transcript has it. */
function written({ stdout, stderr, exitCode }: Ended | Step): string {
  const lines = (printed: string | readonly string[]) =>
    typeof printed === 'string' ? printed.split('\n').slice(0, -1) : printed
  return [...lines(stdout), ...lines(stderr).map((line) => `2> ${line}`), `[exit ${exitCode}]`].join('\n')
}
