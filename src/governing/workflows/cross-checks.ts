import { nearest, type Partially, type Spot } from '../documents/index.ts'

/** The owner is accountable, whoever else is named. */
export function checkAccountable(
  { owner, raci }: Partially<{ owner: string; raci: { readonly accountable: string | undefined } }>,
  spot: Spot,
): void {
  const accountable = raci?.accountable
  if (owner === undefined || accountable === undefined || accountable === owner) return
  spot
    .at('raci')
    .at('accountable')
    .complain({
      message: 'raci.accountable must be the owner of the workflow.',
      suggestion: `write ${owner}, or remove the line`,
    })
}

/** The preferred model is an allowed one. */
export function checkModels(
  { allow, prefer }: Partially<{ allow: readonly string[]; prefer: string }>,
  spot: Spot,
): void {
  if (allow === undefined || prefer === undefined || allow.includes(prefer)) return
  const meant = nearest(prefer, allow)
  spot.at('prefer').complain({
    message: 'models.prefer is not among models.allow.',
    suggestion: meant === undefined ? 'add it to models.allow' : `did you mean ${meant}?`,
  })
}

const ACTION_LISTS = ['allow', 'approve', 'refuse'] as const

/** One action has one answer. */
export function checkActions(
  lists: Partially<Record<(typeof ACTION_LISTS)[number], readonly string[]>>,
  spot: Spot,
): void {
  const listedIn = new Map<string, string>()
  for (const name of ACTION_LISTS) {
    for (const action of new Set(lists[name])) {
      const other = listedIn.get(action)
      if (other !== undefined) complainAboutBoth(spot.at(name), action, other)
      listedIn.set(action, name)
    }
  }
}

/** A review rule speaks of a class of change or of a path. */
export function checkWhen(
  { class: risk, path }: Partially<{ class: string; path: string }>,
  spot: Spot,
): void {
  const none = !spot.has('class') && !spot.has('path')
  if (none) spot.complain({ message: `${spot.path} must name a class or a path.` })
  if (risk !== undefined && path !== undefined) {
    spot.complain({ message: `${spot.path} names both a class and a path.`, suggestion: 'write two rules' })
  }
}

function complainAboutBoth(spot: Spot, action: string, other: string): void {
  spot.complain({
    message: `${spot.path} holds ${JSON.stringify(action)}, which actions.${other} holds too.`,
    suggestion: 'keep one of them',
  })
}
