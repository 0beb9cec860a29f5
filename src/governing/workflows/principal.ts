import { type Complaint, type Field, worded } from '../documents/index.ts'

/** Somebody a workflow names: a person by e-mail address, an agent by kind, a team by name. */
export type Principal =
  | { readonly kind: 'person'; readonly email: string }
  | { readonly kind: 'agent'; readonly name: string }
  | { readonly kind: 'team'; readonly name: string }

/** Lower-case words joined by hyphens. */
export const KEBAB_CASE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

// Not the whole grammar of RFC 5322: what directories really hand out.
const EMAIL = /^[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/

/** True for an e-mail address, the only form in which a policy names a person. */
export function isEmail(words: string): boolean {
  return EMAIL.test(words)
}

/** Tells whether a directory knows a person. */
export type KnowsPerson = (email: string) => boolean

/** `agent:KIND`, `team:NAME` or the e-mail address of a known person. */
export function principal(knows: KnowsPerson): Field<Principal> {
  return worded(
    'agent:KIND, team:NAME or a person’s e-mail address',
    (words) => {
      const named = parsePrincipal(words)
      return named?.kind === 'person' && !knows(named.email) ? undefined : named
    },
    explainStranger,
  )
}

/** The e-mail address of a known person; `refusal` says why agents and teams cannot stand here. */
export function person(knows: KnowsPerson, refusal: string): Field<string> {
  return worded(
    'a person’s e-mail address',
    (words) => (isEmail(words) && knows(words) ? words : undefined),
    (words) =>
      /^(agent|team):/.test(words)
        ? { message: refusal, suggestion: 'name a person by e-mail address' }
        : explainStranger(words),
  )
}

function explainStranger(words: string): Complaint | undefined {
  if (!isEmail(words)) return undefined
  return {
    message: `${words} is not a person known here.`,
    suggestion: 'check the spelling, or add the person',
  }
}

function parsePrincipal(words: string): Principal | undefined {
  if (isEmail(words)) return { kind: 'person', email: words }
  const [, kind, name = ''] = /^(agent|team):(.+)$/.exec(words) ?? []
  if (kind === undefined || !KEBAB_CASE.test(name)) return undefined
  return kind === 'agent' ? { kind, name } : { kind: 'team', name }
}
