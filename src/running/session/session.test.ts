import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { ScratchRepository } from '../../../test/support/scratch-repository.ts'
import { Failure, sha256Hex, systemClock } from '../../kernel/index.ts'
import { adapterFor } from '../agents/index.ts'
import {
  type RunEnding,
  type RunRecorder,
  type RunRequest,
  runSession,
  type SessionInput,
  type SessionObservation,
  type SubscribeToSignals,
} from './index.ts'

const TOKEN = 'token-that-nobody-may-see'
const PATH = '/usr/local/bin:/usr/bin:/bin'

/** Keeps in memory what a session records. */
class MemoryRecorder implements RunRecorder<string> {
  readonly requests: RunRequest[] = []
  readonly observations: SessionObservation[] = []
  readonly endings: RunEnding[] = []
  beats = 0
  onOpen = (): void => undefined
  onBeat = (): void => undefined

  open(request: RunRequest) {
    this.requests.push(request)
    this.onOpen()
    return Promise.resolve({ run: 'run_1', token: TOKEN, gatewayUrl: 'http://127.0.0.1:1', sponsor: 'per_1' })
  }

  observe(_run: string, observation: SessionObservation): Promise<void> {
    this.observations.push(observation)
    return Promise.resolve()
  }

  heartbeat(): Promise<void> {
    this.beats++
    this.onBeat()
    return Promise.resolve()
  }

  close(_run: string, ending: RunEnding): Promise<string> {
    this.endings.push(ending)
    return Promise.resolve('sealed')
  }

  kinds(): readonly string[] {
    return this.observations.map(({ kind, data }) =>
      typeof data.moment === 'string' ? `${kind} ${data.moment}` : kind,
    )
  }

  observed(kind: string): SessionObservation {
    const found = this.observations.find((observation) => observation.kind === kind)
    if (found === undefined) throw new Error(`no ${kind}`)
    return found
  }
}

/** Collects what an agent writes and tells when a word has appeared in it. */
class Output extends Writable {
  text = ''
  onText = (_text: string): void => undefined

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString()
    this.onText(this.text)
    done()
  }
}

class Signals {
  #listener: ((signal: NodeJS.Signals) => void) | undefined
  readonly subscribe: SubscribeToSignals = (listener) => {
    this.#listener = listener
    return () => {
      this.#listener = undefined
    }
  }

  send(signal: NodeJS.Signals): void {
    this.#listener?.(signal)
  }
}

function sessionOf(
  repository: string,
  script: string,
  recorder = new MemoryRecorder(),
): SessionInput<string> & {
  readonly recorder: MemoryRecorder
  readonly output: Output
  readonly sent: Signals
} {
  const output = new Output()
  const sent = new Signals()
  const command = ['sh', '-c', script]
  return {
    recorder,
    adapter: adapterFor(undefined, command),
    repositories: [repository],
    command,
    environment: { PATH, HOME: '/nonexistent', SECRET: 'of the user' },
    task: Buffer.from('update the dependency'),
    workflow: 'code-change',
    clock: systemClock,
    streams: { stdout: output, stderr: new Output() },
    signals: sent.subscribe,
    output,
    sent,
  }
}

const COMMIT = 'git -c user.name=Agent -c user.email=agent@example.test commit --quiet'

describe('a recorded session', () => {
  it('observes before and after, and closes the run with the exit code of the agent [REC-9]', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a\n' })
    const session = sessionOf(scratch.path, `echo b > a && git add a && ${COMMIT} -m change && exit 3`)
    const outcome = await runSession(session)
    expect(outcome).toMatchObject({ run: 'run_1', sponsor: 'per_1', exitCode: 3, summary: 'sealed' })
    expect(session.recorder.kinds()).toEqual([
      'repository.observed before',
      'agent.configured',
      'repository.observed after',
      'change.observed',
    ])
    expect(session.recorder.endings).toEqual([{ exitCode: 3, durationMs: expect.any(Number) }])
  })

  it('opens the run with the exact task [REC-1]', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a\n' })
    const session = sessionOf(scratch.path, 'true')
    await runSession(session)
    expect(session.recorder.requests).toEqual([
      {
        workflow: 'code-change',
        task: Buffer.from('update the dependency'),
        agentKind: 'generic',
        repositories: 1,
      },
    ])
  })

  it('records the commits made, their files and contents [REC-6]', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a\n' })
    const base = await scratch.git('rev-parse', 'HEAD')
    const session = sessionOf(
      scratch.path,
      `echo b > a && git add a && ${COMMIT} -m change && echo left > new`,
    )
    await runSession(session)
    const { data, parts } = session.recorder.observed('change.observed')
    const head = await scratch.git('rev-parse', 'HEAD')
    expect(data).toMatchObject({ base, head, commits: [head], commitsTotal: 1, files: 2, dirty: 1 })
    const contents = parts
      .filter((part) => part.name.startsWith('b'))
      .map((part) => Buffer.from(part.body).toString())
    expect(contents).toEqual(['a\n', 'b\n', 'left\n'])
  })

  it('observes every repository it is given', async () => {
    await using first = await ScratchRepository.with({ a: 'a\n' })
    await using second = await ScratchRepository.with({ b: 'b\n' })
    const session = sessionOf(first.path, `echo changed > '${second.path}/b'`)
    await runSession({ ...session, repositories: [first.path, second.path] })
    const files = session.recorder.observations
      .filter(({ kind }) => kind === 'change.observed')
      .map(({ data }) => [data.repository, data.files])
    expect(files).toEqual([
      [0, 0],
      [1, 1],
    ])
  })

  it('starts the agent in the directory named, also below the top level', async () => {
    await using scratch = await ScratchRepository.with({ 'below/a': 'a\n' })
    const session = sessionOf(join(scratch.path, 'below'), 'pwd')
    await runSession(session)
    expect(session.output.text).toBe(`${join(scratch.path, 'below')}\n`)
  })

  it('removes its private directory', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a\n' })
    const session = sessionOf(scratch.path, 'true')
    const seen: string[] = []
    await runSession({
      ...session,
      adapter: {
        kind: 'generic',
        prepare: (start) => {
          seen.push(start.scratchDir)
          return session.adapter.prepare(start)
        },
      },
    })
    await expect(stat(seen[0] ?? '/')).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('beats while the agent runs', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a\n' })
    const session = sessionOf(scratch.path, 'cat')
    const stdin = new PassThrough()
    session.recorder.onBeat = () => {
      if (session.recorder.beats === 3) stdin.end('enough')
    }
    await runSession({
      ...session,
      streams: { stdin, stdout: session.output, stderr: session.output },
      heartbeatMs: 1,
    })
    expect(session.output.text).toBe('enough')
  })
})

describe('the agent', () => {
  it('is described before it starts: program, command and files', async () => {
    await using scratch = await ScratchRepository.with({ 'AGENTS.md': 'Be careful.\n' })
    const session = sessionOf(scratch.path, 'true')
    await runSession(session)
    const { data, parts } = session.recorder.observed('agent.configured')
    expect(data).toEqual({ kind: 'generic', binarySha256: sha256Hex(await readFile('/bin/sh')), files: 1 })
    expect(parts.map((part) => [part.name, Buffer.from(part.body).toString()])).toEqual([
      ['command', '["sh","-c","true"]'],
      [
        'configuration',
        `[{"bytes":12,"part":"c0","path":"${scratch.path}/AGENTS.md","role":"instructions","sha256":"${sha256Hex('Be careful.\n')}"}]`,
      ],
      ['c0', 'Be careful.\n'],
    ])
  })

  it('gets the token and nothing of the user that is not allowed', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a\n' })
    const session = sessionOf(scratch.path, 'env')
    await runSession(session)
    expect(session.output.text).toContain(TOKEN)
    expect(session.output.text).not.toContain('of the user')
  })

  it('is recorded without the token', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a\n' })
    const session = sessionOf(scratch.path, 'true')
    const adapter = {
      ...session.adapter,
      prepare: (start: Parameters<typeof session.adapter.prepare>[0]) => ({
        ...session.adapter.prepare(start),
        command: [...start.command, `--key=${start.token}`],
      }),
    }
    await runSession({ ...session, adapter })
    const bodies = session.recorder.observations.flatMap(({ parts }) =>
      parts.map((part) => Buffer.from(part.body)),
    )
    expect(Buffer.concat(bodies).toString()).toContain('--key=<run token>')
    expect(Buffer.concat(bodies).toString()).not.toContain(TOKEN)
  })

  it('that ends by a signal gives 128 and its number', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a\n' })
    const session = sessionOf(scratch.path, 'kill -TERM $$')
    expect(await runSession(session)).toMatchObject({ exitCode: 143, signal: 'SIGTERM' })
    expect(session.recorder.endings).toMatchObject([{ exitCode: 143, signal: 'SIGTERM' }])
  })

  it('that is not found gives 127, and the run is closed with it', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a\n' })
    const session = sessionOf(scratch.path, 'true')
    const outcome = await runSession({ ...session, command: ['no-such-agent'] })
    expect(outcome).toMatchObject({ exitCode: 127, problem: { code: 'session.command-not-found' } })
    expect(session.recorder.endings).toMatchObject([{ exitCode: 127 }])
  })

  it('that the system refuses to start gives 126, and the run is closed with it', async () => {
    await using scratch = await ScratchRepository.with({ agent: '#!/nonexistent/interpreter\n' })
    await chmod(join(scratch.path, 'agent'), 0o755)
    const session = sessionOf(scratch.path, 'true')
    const outcome = await runSession({ ...session, command: ['./agent'] })
    expect(outcome).toMatchObject({ exitCode: 126, problem: { code: 'session.command-not-started' } })
  })

  it('takes what it left running with it', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a\n' })
    const session = sessionOf(scratch.path, 'sleep 1000 & echo $!')
    await runSession(session)
    const pid = Number(session.output.text)
    expect(pid).toBeGreaterThan(1)
    await expect(isGone(pid)).resolves.toBe(true)
  })
})

describe('a signal', () => {
  it('is the agent to answer when it is the first', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a\n' })
    const session = sessionOf(scratch.path, `trap 'exit 5' INT; echo ready; while :; do sleep 0.01; done`)
    session.output.onText = () => session.sent.send('SIGINT')
    const outcome = await runSession(session)
    expect(outcome).toMatchObject({ exitCode: 5 })
    expect(session.recorder.kinds()).toContain('change.observed')
  })

  it('ends the agent when it is the second', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a\n' })
    const session = sessionOf(scratch.path, `trap '' INT; echo ready; while :; do sleep 0.01; done`)
    session.output.onText = () => {
      session.sent.send('SIGINT')
      session.sent.send('SIGINT')
    }
    expect(await runSession(session)).toMatchObject({ exitCode: 137, signal: 'SIGKILL' })
  })

  it('that comes before the agent keeps it from starting', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a\n' })
    const session = sessionOf(scratch.path, 'echo started')
    session.recorder.onOpen = () => session.sent.send('SIGINT')
    const outcome = await runSession(session)
    expect(outcome).toMatchObject({ exitCode: 130, problem: { code: 'session.interrupted' } })
    expect(session.output.text).toBe('')
    expect(session.recorder.endings).toMatchObject([{ exitCode: 130 }])
  })
})

describe('a session that cannot be as it should', () => {
  it('is refused before a run is opened when a directory is not in a repository', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a\n' })
    const other = await mkdtemp(join(tmpdir(), 'custody-test-'))
    const session = sessionOf(scratch.path, 'true')
    const running = runSession({ ...session, repositories: [scratch.path, other] })
    await expect(running).rejects.toMatchObject({ code: 'session.not-a-repository', kind: 'invalid' })
    expect(session.recorder.requests).toEqual([])
    await rm(other, { recursive: true })
  })

  it('is refused without any repository', async () => {
    const session = { ...sessionOf('/', 'true'), repositories: [] }
    await expect(runSession(session)).rejects.toMatchObject({ code: 'session.no-repository' })
  })

  it('records a gap and closes when a repository is gone afterwards [REC-13]', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a\n' })
    const session = sessionOf(scratch.path, 'rm -rf .git')
    expect(await runSession(session)).toMatchObject({ exitCode: 0 })
    expect(session.recorder.observed('recording.gap').data).toEqual({
      repository: 0,
      what: 'repository',
      moment: 'after',
      code: 'git.failed',
    })
    expect(session.recorder.endings).toHaveLength(1)
  })

  it('records a gap when the whole directory is gone afterwards [REC-13]', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a\n' })
    const session = sessionOf(scratch.path, `rm -rf '${scratch.path}'`)
    expect(await runSession(session)).toMatchObject({ exitCode: 0 })
    expect(session.recorder.observed('recording.gap').data).toMatchObject({ code: 'git.no-directory' })
  })

  it('closes the run and tells the first error when something cannot be recorded', async () => {
    await using scratch = await ScratchRepository.with({ a: 'a\n' })
    const recorder = new MemoryRecorder()
    const session = sessionOf(scratch.path, 'echo started', recorder)
    recorder.observe = () =>
      Promise.reject(new Failure('ledger.full', 'unavailable', 'The ledger cannot write.'))
    await expect(runSession(session)).rejects.toMatchObject({ code: 'ledger.full' })
    expect(session.output.text).toBe('')
    expect(recorder.endings).toMatchObject([{ exitCode: 1 }])
  })
})

/** A killed process stays in the table until its parent has noticed; then it no longer counts as running. */
async function isGone(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => 'State:\tX')
  return /^State:\t[XZ]/m.test(status)
}
