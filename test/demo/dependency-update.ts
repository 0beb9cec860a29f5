/** One dependency of a package.json, an earlier patch version to set it back to, and the words for its update. */
export interface DependencyUpdate {
  readonly name: string
  readonly earlier: string
  readonly current: string
  /** The line's text in package.json before and after the update. */
  readonly oldText: string
  readonly newText: string
  readonly commitMessage: string
  readonly checkCommand: string
  /** What the agent is asked; says everything, so that a real model does the same as the scripted one. */
  readonly task: string
}

/** Compares package.json with package-lock.json: fails before the update, passes after it, and needs no network. */
const CHECK_COMMAND = 'npm ci --dry-run --offline --silent'

/**
 * An update that leads back to what `manifest` (the text of a package.json) says now: a version that is known to exist
 * and that the lock file names. Throws when no dependency is pinned to a version with an earlier patch.
 */
export function chooseUpdate(manifest: string): DependencyUpdate {
  const { dependencies = {} } = JSON.parse(manifest) as { dependencies?: Record<string, string> }
  const [chosen] = Object.entries(dependencies).flatMap(([name, current]) => {
    const earlier = earlierPatch(current)
    return earlier === undefined ? [] : [{ name, current, earlier }]
  })
  if (chosen === undefined)
    throw new Error('package.json pins no dependency that has an earlier patch version')
  const { name, current, earlier } = chosen
  const commitMessage = `Update ${name} to ${current}`
  return {
    ...chosen,
    oldText: `"${name}": "${earlier}"`,
    newText: `"${name}": "${current}"`,
    commitMessage,
    checkCommand: CHECK_COMMAND,
    task: [
      `Update the dependency ${name} in package.json from ${earlier} to ${current}.`,
      `Change nothing else; package-lock.json has that version already.`,
      `Then run "${CHECK_COMMAND}" and commit package.json with the message "${commitMessage}".`,
    ].join('\n'),
  }
}

function earlierPatch(version: string): string | undefined {
  const [, minor, patch] = /^(\d+\.\d+)\.([1-9]\d*)$/.exec(version) ?? []
  return patch === undefined ? undefined : `${minor}.${Number(patch) - 1}`
}
