import { createReadStream } from 'node:fs'
import { relative } from 'node:path'
import { createInterface } from 'node:readline'
import { type ChangingCall, UNREAD_CALLS } from './strace.ts'
import { parseTold, type Told } from './told.ts'

/** What a call did to the directory; paths are relative to it. A `told` is a line that went out to a client. */
export type Effect =
  | { readonly type: 'create'; readonly path: string; readonly isFolder: boolean }
  | { readonly type: 'write'; readonly path: string; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly type: 'truncate'; readonly path: string; readonly length: number }
  | { readonly type: 'sync'; readonly path: string }
  | { readonly type: 'rename'; readonly path: string; readonly to: string }
  | { readonly type: 'remove'; readonly path: string }
  | { readonly type: 'told'; readonly told: readonly Told[] }

/** One system call that mattered. `call` is absent for what no test injects into: opening, telling. */
export interface Step {
  readonly call?: ChangingCall
  readonly thread: string
  readonly effect: Effect
}

/**
 * The steps of a recorded life in `directory`, in the order in which they happened. `before` tells the sizes of the files
 * that were there when it began.
 */
export async function readTrace(
  file: string,
  { directory, before }: { readonly directory: string; readonly before: ReadonlyMap<string, number> },
): Promise<readonly Step[]> {
  const reader = new TraceReader(directory, before)
  const steps: Step[] = []
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    steps.push(...reader.read(line))
  }
  if (steps.length === 0) throw new Error(`${file} shows no step in ${directory}`)
  return steps
}

interface OpenFile {
  readonly path: string
  readonly append: boolean
  position: number
}

const LINE = /^(\d+) +(\w+)\((.*)\) += (-?\d+)/s
const UNFINISHED = /^(\d+) +(.*) <unfinished \.\.\.>$/s
const RESUMED = /^(\d+) +<\.\.\. \w+ resumed>(.*)$/s

/** Turns strace's lines (`-f -y -xx`) into steps; knows which descriptor is open where, and at which place. */
class TraceReader {
  readonly #directory: string
  readonly #unfinished = new Map<string, string>()
  readonly #open = new Map<string, OpenFile>()
  readonly #sizes: Map<string, number>

  constructor(directory: string, sizes: ReadonlyMap<string, number>) {
    this.#directory = directory
    this.#sizes = new Map(sizes)
  }

  read(line: string): readonly Step[] {
    const begun = UNFINISHED.exec(line)
    if (begun !== null) {
      this.#unfinished.set(begun[1] ?? '', begun[2] ?? '')
      return []
    }
    const resumed = RESUMED.exec(line)
    const whole =
      resumed === null ? line : `${resumed[1]} ${this.#unfinished.get(resumed[1] ?? '')}${resumed[2]}`
    const [, thread = '', call = '', args = '', result = ''] = LINE.exec(whole) ?? []
    if (Number(result) < 0) return []
    return this.#step(call, args, Number(result)).map((step) => ({ ...step, thread }))
  }

  #step(call: string, args: string, result: number): readonly Omit<Step, 'thread'>[] {
    if (call === 'openat') return this.#opened(args, result)
    const paths = [...args.matchAll(/<([^>]*)>|"([^"]*)"/g)].map(([, fd, text]) => unhex(fd ?? text ?? ''))
    const path = this.#inside(paths[0])
    if (call === 'write' && args.startsWith('1<')) return told(paths[1] ?? '')
    if (path === undefined) return []
    if ((UNREAD_CALLS as readonly string[]).includes(call)) throw new Error(`${call} on ${path} is not read`)
    const effect = this.#effect(call as ChangingCall, { path, args, result })
    return effect === undefined ? [] : [{ call: call as ChangingCall, effect }]
  }

  #opened(args: string, descriptor: number): readonly Omit<Step, 'thread'>[] {
    const path = this.#inside(unhex(/"([^"]*)"/.exec(args)?.[1] ?? ''))
    if (path === undefined) return []
    this.#open.set(String(descriptor), { path, append: args.includes('O_APPEND'), position: 0 })
    if (args.includes('O_TRUNC') && this.#sizes.has(path)) {
      this.#sizes.set(path, 0)
      return [{ effect: { type: 'truncate', path, length: 0 } }]
    }
    if (!args.includes('O_CREAT') || this.#sizes.has(path)) return []
    this.#sizes.set(path, 0)
    return [{ effect: { type: 'create', path, isFolder: false } }]
  }

  #effect(
    call: ChangingCall,
    { path, args, result }: { readonly path: string; readonly args: string; readonly result: number },
  ): Effect | undefined {
    const last = Number(/, (\d+)$/.exec(args)?.[1] ?? 0)
    switch (call) {
      case 'write':
        return this.#written(path, bytesOf(args, result), this.#place(args, path, result))
      case 'pwrite64':
        return this.#written(path, bytesOf(args, result), last)
      case 'fsync':
      case 'fdatasync':
        return { type: 'sync', path }
      case 'ftruncate':
        this.#sizes.set(path, last)
        return { type: 'truncate', path, length: last }
      case 'mkdir':
        return { type: 'create', path, isFolder: true }
      case 'rename':
        return this.#renamed(path, args)
      case 'unlink':
      case 'rmdir':
        this.#sizes.delete(path)
        return { type: 'remove', path }
    }
  }

  #written(path: string, bytes: Uint8Array, offset: number): Effect {
    this.#sizes.set(path, Math.max(this.#sizes.get(path) ?? 0, offset + bytes.length))
    return { type: 'write', path, offset, bytes }
  }

  #place(args: string, path: string, length: number): number {
    const file = this.#open.get(/^\d+/.exec(args)?.[0] ?? '')
    if (file?.path !== path) throw new Error(`nobody saw ${path} being opened`)
    const offset = file.append ? (this.#sizes.get(path) ?? 0) : file.position
    file.position = offset + length
    return offset
  }

  #renamed(path: string, args: string): Effect {
    const to = this.#inside(unhex(/"[^"]*", "([^"]*)"/.exec(args)?.[1] ?? '')) ?? ''
    this.#sizes.set(to, this.#sizes.get(path) ?? 0)
    this.#sizes.delete(path)
    return { type: 'rename', path, to }
  }

  /** Relative to the directory; undefined for what is elsewhere. */
  #inside(path: string | undefined): string | undefined {
    if (path === undefined || (path !== this.#directory && !path.startsWith(`${this.#directory}/`))) return
    return relative(this.#directory, path)
  }
}

function told(text: string): readonly Omit<Step, 'thread'>[] {
  return [{ effect: { type: 'told', told: parseTold(text) } }]
}

function bytesOf(args: string, length: number): Uint8Array {
  const text = /"([^"]*)"/.exec(args.replace(/^\d+<[^>]*>/, ''))?.[1] ?? ''
  const bytes = Buffer.from(text.replaceAll('\\x', ''), 'hex')
  if (bytes.length < length) throw new Error('strace cut what was written')
  return bytes.subarray(0, length)
}

function unhex(text: string): string {
  return Buffer.from(text.replaceAll('\\x', ''), 'hex').toString()
}

/** A call that a fault can be injected into: the `nth` of its kind on its path by one thread, as strace counts. */
export interface Place {
  readonly call: ChangingCall
  readonly path: string
  readonly nth: number
}

/**
 * Every place of a recorded life, in order. Where two threads come to the same one, strace hits the first. What SQLite
 * keeps in shared memory is no file in this sense.
 */
export function placesOf(steps: readonly Step[]): readonly Place[] {
  const counts = new Map<string, number>()
  const places = new Map<string, Place>()
  for (const { call, thread, effect } of steps) {
    if (call === undefined || effect.type === 'told' || effect.path.endsWith('-shm')) continue
    const key = `${call} ${effect.path}`
    const nth = (counts.get(`${thread} ${key}`) ?? 0) + 1
    counts.set(`${thread} ${key}`, nth)
    if (!places.has(`${key} ${nth}`)) places.set(`${key} ${nth}`, { call, path: effect.path, nth })
  }
  return [...places.values()]
}
