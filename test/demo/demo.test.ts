import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url))
const TIME_LIMIT_MS = 120_000

let temporary: string

beforeEach(() => {
  temporary = mkdtempSync(join(realpathSync(tmpdir()), 'custody-demo-test-'))
})
afterEach(() => rmSync(temporary, { recursive: true, force: true }))

describe('the demo', () => {
  it(
    'lets a real agent work through Custody, tells the run, and shows that a changed bundle is refused [PRV-1, REC-12]',
    async () => {
      const demo = startDemo()
      const { code, stdout, stderr } = await finished(demo)
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout.split('\n')[0]).toMatch(/^GEMINI_API_KEY is not set, so a scripted model answers/)
      expect(stdout).toMatch(/sponsor +Ada Example <ada@example.test>, workflow code-change/)
      expect(stdout).toMatch(/gemini-2\.5-pro +7 calls/)
      expect(stdout).toMatch(/1 +read_file .*ok\n(.*\n){2}.* replace .*CHANGELOG\.md.*ok\n/)
      expect(stdout).toMatch(/modified +CHANGELOG\.md\n.*modified +package\.json/)
      expect(stdout).toMatch(/\d USD/)
      expect(stdout).toMatch(/coverage +watched by gateway, git; .*no gap in what was watched/)
      expect(stdout).toMatch(/verified +run_\w+\n +signatures +passed/)
      expect(stdout).toMatch(/one byte flipped.*refuses it.*\n\n +signatures +failed/)
      expect(stdout).not.toContain('\u001b')
      expect(leftOvers()).toEqual({ files: [], processes: [] })
    },
    TIME_LIMIT_MS,
  )

  it(
    'leaves nothing behind when it is interrupted',
    async () => {
      const demo = startDemo()
      await toldSo(demo, 'custody serve')
      demo.kill('SIGINT')
      const { code, stderr } = await finished(demo)
      expect({ code, stderr }).toEqual({
        code: 130,
        stderr: 'The demo did not succeed. It was interrupted.\n',
      })
      expect(leftOvers()).toEqual({ files: [], processes: [] })
    },
    TIME_LIMIT_MS,
  )
})

function startDemo(): ChildProcess {
  const environment = { PATH: process.env.PATH ?? '', HOME: temporary, TMPDIR: temporary }
  return spawn(process.execPath, [MAIN], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
}

interface Finished {
  readonly code: unknown
  readonly stdout: string
  readonly stderr: string
}

async function finished(demo: ChildProcess): Promise<Finished> {
  const texts = Promise.all([textOf(demo.stdout), textOf(demo.stderr)])
  const [code] = await once(demo, 'close')
  const [stdout, stderr] = await texts
  return { code, stdout, stderr }
}

async function textOf(stream: ChildProcess['stdout']): Promise<string> {
  const chunks = await stream?.toArray()
  return Buffer.concat(chunks ?? []).toString('utf8')
}

async function toldSo(demo: ChildProcess, words: string): Promise<void> {
  let told = ''
  while (!told.includes(words) && demo.stdout !== null) told += String(await once(demo.stdout, 'data'))
}

function leftOvers() {
  return { files: readdirSync(temporary), processes: processesNaming(temporary) }
}

/** The command lines of the processes that have `words` in their arguments or their environment. */
function processesNaming(words: string): readonly string[] {
  const all = existsSync('/proc/self/environ') ? listedInProc() : listedByPs()
  return all.filter((one) => one.includes(words))
}

function listedInProc(): readonly string[] {
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
  return ids.map((id) => `${readIfThere(`/proc/${id}/cmdline`)} ${readIfThere(`/proc/${id}/environ`)}`)
}

/** Ends meanwhile, or belongs to somebody else. */
function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function listedByPs(): readonly string[] {
  return execFileSync('ps', ['-axEww', '-o', 'pid,command'], { encoding: 'utf8' }).split('\n')
}
