import type { Script } from '../fakes/model-server/index.ts'

/** One dependency of a package.json, the earlier version to set it back to, and the update that leads back. */
export interface DependencyUpdate {
  readonly name: string
  readonly earlier: string
  readonly current: string
  /** What package.json says of it before and after. */
  readonly before: string
  readonly after: string
  /** What the agent is asked; says everything, so that a real model does what the scripted one does. */
  readonly task: string
  readonly script: Script
}

/** The files that the update is about, as texts. */
export interface UpdatableFiles {
  readonly manifest: string
  readonly changelog: string
}

/** Compares package.json with package-lock.json: fails before the update, passes after it, and needs no network. */
const CHECK = 'npm ci --dry-run --offline --silent'

/**
 * An update that leads back to what the manifest says now: a version that exists and that the lock file names. Throws
 * when no dependency is pinned to a version with an earlier patch, or the changelog has no list to add to.
 */
export function chooseUpdate({ manifest, changelog }: UpdatableFiles): DependencyUpdate {
  const chosen = chooseDependency(manifest)
  const { name, current, earlier } = chosen
  const message = `Update ${name} to ${current}`
  const set = `npm pkg set dependencies.${name}=${current}`
  const [listStart, heading] = /^## (.+)\n\n- /m.exec(changelog) ?? []
  if (listStart === undefined) throw new Error('CHANGELOG.md has no list to add to')
  return {
    ...chosen,
    before: `"${name}": "${earlier}"`,
    after: `"${name}": "${current}"`,
    task: [
      `Update the dependency ${name} from ${earlier} to ${current} ("${set}"); package-lock.json has it already.`,
      `Add the line "- ${message}." to CHANGELOG.md, first in the list under "${heading}".`,
      `Run "${CHECK}"; when it passes, commit both files as "${message}".`,
    ].join('\n'),
    script: [
      { do: 'say', text: 'I read both files first.' },
      { do: 'read', file: 'package.json' },
      { do: 'read', file: 'CHANGELOG.md' },
      { do: 'shell', command: set },
      { do: 'edit', file: 'CHANGELOG.md', oldText: listStart, newText: `${listStart}${message}.\n- ` },
      { do: 'shell', command: CHECK },
      { do: 'shell', command: `git commit --all --message "${message}"` },
      { do: 'say', text: `${name} is at ${current}, the check passes, and the change is committed.` },
    ],
  }
}

function chooseDependency(manifest: string): Pick<DependencyUpdate, 'name' | 'current' | 'earlier'> {
  const { dependencies = {} } = JSON.parse(manifest) as { dependencies?: Record<string, string> }
  const [chosen] = Object.entries(dependencies)
    // A name that needs no quoting in a shell.
    .filter(([name]) => /^[a-z-]+$/.test(name))
    .flatMap(([name, current]) => {
      const earlier = earlierPatch(current)
      return earlier === undefined ? [] : [{ name, current, earlier }]
    })
  if (chosen !== undefined) return chosen
  throw new Error('package.json pins no dependency to a version with an earlier patch')
}

function earlierPatch(version: string): string | undefined {
  const [, minor, patch] = /^(\d+\.\d+)\.([1-9]\d*)$/.exec(version) ?? []
  return patch === undefined ? undefined : `${minor}.${Number(patch) - 1}`
}
