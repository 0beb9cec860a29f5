import { type Disk, systemDisk } from '../../src/storage/index.ts'

type Step = 'write' | 'append' | 'truncate' | 'rename' | 'makeDirectory' | 'syncDirectory' | 'remove'

/** The machine's disk until it is told to fail; remembers every step that changed something. */
export class FailingDisk {
  readonly steps: string[] = []
  #fault:
    | { readonly step: Step; readonly code: string; readonly syscall: string; readonly on: string }
    | undefined

  /** From now on `step` fails on paths that contain `on`; a failed sync is told by its system call. */
  fail(step: Step, { code, syscall = step, on = '' }: { code: string; syscall?: string; on?: string }): void {
    this.#fault = { step, code, syscall, on }
  }

  mend(): void {
    this.#fault = undefined
  }

  readonly disk: Disk = {
    ...systemDisk,
    write: (path, bytes) => this.#step('write', path, () => systemDisk.write(path, bytes)),
    append: (path, bytes) => this.#step('append', path, () => systemDisk.append(path, bytes)),
    truncate: (path, length) => this.#step('truncate', path, () => systemDisk.truncate(path, length)),
    rename: (from, to) => this.#step('rename', to, () => systemDisk.rename(from, to)),
    makeDirectory: (path) => this.#step('makeDirectory', path, () => systemDisk.makeDirectory(path)),
    syncDirectory: (path) => this.#step('syncDirectory', path, () => systemDisk.syncDirectory(path)),
    remove: (path) => this.#step('remove', path, () => systemDisk.remove(path)),
  }

  async #step<Value>(step: Step, path: string, work: () => Promise<Value>): Promise<Value> {
    const fault = this.#fault
    if (fault?.step === step && path.includes(fault.on)) {
      const { code, syscall } = fault
      throw Object.assign(new Error(`${code}: ${syscall} '${path}'`), { code, syscall, path })
    }
    this.steps.push(`${step} ${path}`)
    return work()
  }
}
