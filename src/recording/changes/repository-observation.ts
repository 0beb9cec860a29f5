import type { RepositoryState } from '../../git/index.ts'
import { canonicalJson } from '../../kernel/index.ts'
import type { Observation, ObservedPart } from './observation.ts'

export type Moment = 'before' | 'after'

/**
 * What is recorded of a repository's state: ids and counts in the event, every name in the part `state`, uncommitted
 * changes in the part `patch`. `index` counts the run's repositories from 0.
 */
export function describeRepositoryState(
  index: number,
  moment: Moment,
  state: RepositoryState,
): Observation<'repository.observed'> {
  return {
    kind: 'repository.observed',
    data: {
      repository: index,
      moment,
      ...(state.commit === undefined ? {} : { commit: state.commit }),
      ...(state.tree === undefined ? {} : { tree: state.tree }),
      ...(state.workTree === undefined ? {} : { workTree: state.workTree }),
      clean: state.clean,
      untracked: state.untrackedTotal,
      submodules: state.submodules.length,
      ...(state.patch === undefined ? { patchKept: false } : { patchBytes: state.patch.length }),
    },
    parts: [statePart(state), ...patchParts(state)],
  }
}

function statePart(state: RepositoryState): ObservedPart {
  const { path, branch, remotes, submodules, refs, untracked, untrackedTotal } = state
  const body = {
    path: path.toWellFormed(),
    ...(branch === undefined ? {} : { branch }),
    remotes,
    submodules,
    refs,
    untracked,
    untrackedTotal,
  }
  return { name: 'state', type: 'application/json', body: Buffer.from(canonicalJson(body)) }
}

function patchParts(state: RepositoryState): readonly ObservedPart[] {
  if (state.patch === undefined || state.patch.length === 0) return []
  return [{ name: 'patch', type: 'text/x-diff', body: state.patch }]
}
