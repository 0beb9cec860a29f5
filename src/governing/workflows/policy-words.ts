import { type Field, worded } from '../documents/index.ts'
import { type NanoUsd, parseUsd } from '../spend/index.ts'
import { isEmail, KEBAB_CASE } from './principal.ts'

/** Lower-case words joined by hyphens, such as `code-change`. */
export function kebabCase(): Field<string> {
  return worded('lower-case words joined by hyphens, such as code-change', (words) =>
    KEBAB_CASE.test(words) && words.length <= 64 ? words : undefined,
  )
}

/** The name of a model as its vendor writes it. */
export function modelName(): Field<string> {
  return worded('the name of a model, such as claude-sonnet-4-5', (words) =>
    /^[\w.:/@-]{1,128}$/.test(words) ? words : undefined,
  )
}

const ACTION_FORMS = [
  /^[a-z][a-z-]*(\.[a-z][a-z-]*)*\.([a-z][a-z-]*|\*)$/,
  /^shell:\S(.*\S)?$/,
  /^mcp:[\w*.-]+\/[\w*./-]+$/,
]

/** What an agent may do: `repository.read`, `deploy.*`, `shell:npm *`, `mcp:github/get_*`. */
export function actionPattern(): Field<string> {
  return worded(
    'an action such as repository.read, deploy.*, "shell:npm *" or "mcp:github/get_*"',
    (words) =>
      words.length <= 500 && !/\p{Cc}/u.test(words) && ACTION_FORMS.some((form) => form.test(words))
        ? words
        : undefined,
  )
}

/** Evidence or an approval: `test-evidence`, `approval:code-owner`, `approval:team:security`, `approval:ada@…`. */
export function obligation(): Field<string> {
  return worded('evidence such as test-evidence, or approval:WHO such as approval:team:security', (words) =>
    isObligation(words) ? words : undefined,
  )
}

/** An amount of money, as an integer number of billionths of a dollar. */
export function amount(): Field<{ readonly nanoUsd: NanoUsd }> {
  return worded('an amount such as 2 USD or 0.50 USD', (words) => {
    const nanoUsd = parseUsd(words)
    return nanoUsd === undefined ? undefined : { nanoUsd }
  })
}

/** How long the bodies of a run are kept from its opening; absent or `keep`, until a person erases them. */
export function retention(): Field<{ readonly ms?: number }> {
  return worded('a number of days from 1d to 36500d, such as 400d, or keep', (words) => {
    if (words === 'keep') return KEEP
    const days = Number(/^(\d{1,5}) ?d$/.exec(words)?.[1] ?? 0)
    return days >= 1 && days <= 36_500 ? { ms: days * DAY_MS } : undefined
  })
}

export const KEEP: { readonly ms?: number } = {}
const DAY_MS = 86_400_000

/** A path below the folder it is relative to; it cannot leave that folder. */
export function relativePath(): Field<string> {
  return worded('a relative path without "..", such as schemas/result.json', (words) =>
    isInside(words) ? words : undefined,
  )
}

function isObligation(words: string): boolean {
  const [, approver] = /^approval:(.+)$/.exec(words) ?? []
  if (approver === undefined) return KEBAB_CASE.test(words)
  return isEmail(approver) || KEBAB_CASE.test(approver.replace(/^team:/, ''))
}

function isInside(path: string): boolean {
  if (path === '' || path.length > 500 || /[\p{Cc}\\]/u.test(path) || path.startsWith('/')) return false
  return path.split('/').every((step) => step !== '' && step !== '..')
}
