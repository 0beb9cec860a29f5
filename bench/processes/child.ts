import { type ChildProcess, fork } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** A script of this folder in a process of its own, so that its CPU time is its own. */
export class Child implements AsyncDisposable {
  readonly #process: ChildProcess

  constructor(
    script: URL,
    options: { readonly arguments?: readonly string[]; readonly execArgv?: string[] } = {},
  ) {
    this.#process = fork(script, options.arguments ?? [], {
      execArgv: options.execArgv ?? [],
      serialization: 'advanced',
    })
  }

  /** The next message the script sends; rejects when it ends instead. */
  next<Message>(): Promise<Message> {
    return new Promise((resolve, reject) => {
      const ended = () => reject(new Error(`${this.#process.spawnargs.at(-1)} ended early`))
      this.#process.once('exit', ended)
      this.#process.once('message', (message) => {
        this.#process.off('exit', ended)
        resolve(message as Message)
      })
    })
  }

  ask<Message>(question: object): Promise<Message> {
    const answer = this.next<Message>()
    this.#process.send(question)
    return answer
  }

  /** User and system time of the process with all its threads so far; the kernel counts in steps of 10 ms. */
  cpuMs(): number {
    const stat = readFileSync(`/proc/${this.#process.pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) * 10
  }

  /** Every script ends when its parent lets go of it. */
  async [Symbol.asyncDispose](): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve))
    this.#process.disconnect()
    await ended
  }
}
