import type { Script } from '../script.ts'

export interface DependencyUpdate {
  /** The manifest that names the dependency; default `package.json`. */
  readonly file?: string
  readonly oldText: string
  readonly newText: string
  readonly commitMessage: string
  /** A shell command that tests the update, for instance `node --test`. */
  readonly checkCommand: string
}

/** Updates one dependency the way a person would: look, change, check, commit, report. */
export function dependencyUpdate(update: DependencyUpdate): Script {
  const file = update.file ?? 'package.json'
  const message = update.commitMessage.replaceAll('"', '\\"')
  return [
    { do: 'say', text: `I will look at ${file} first.` },
    { do: 'read', file },
    { do: 'shell', command: 'node --version && git status --short' },
    { do: 'say', text: 'The dependency is behind. I change its version.' },
    { do: 'edit', file, oldText: update.oldText, newText: update.newText },
    { do: 'shell', command: update.checkCommand },
    { do: 'shell', command: `git add ${file} && git commit -m "${message}"` },
    { do: 'say', text: `I updated the dependency in ${file}, ran the check and committed the change.` },
  ]
}
