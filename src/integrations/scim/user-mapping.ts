import { scimFailures } from './failures.ts'
import { itemsOf, type ScimItem, type ScimResource, textOf } from './resource.ts'

/** What Custody's own directory takes from a user. */
export interface UserAsPerson {
  readonly name: string
  readonly email: string
  readonly active: boolean
}

const EMAIL = /^[^<>\s@]{1,64}@[^<>\s@]{1,255}$/

/** The person a user describes. Throws `scim.value-invalid` when there is no address to know the person by. */
export function personOf(user: ScimResource): UserAsPerson {
  return { name: nameOf(user), email: addressOf(user), active: user.active !== false }
}

/** User names are compared in this form: SCIM takes them for the same in any case. */
export function userNameKey(user: ScimResource): string {
  return (textOf(user, 'userName') ?? '').normalize('NFKC').toLowerCase()
}

function nameOf(user: ScimResource): string {
  const name = user.name as ScimItem | undefined
  const parts = [textOf(name, 'givenName'), textOf(name, 'familyName')].filter((part) => part !== undefined)
  return (
    textOf(user, 'displayName') ??
    textOf(name, 'formatted') ??
    (parts.length > 0 ? parts.join(' ') : (textOf(user, 'userName') ?? ''))
  )
}

/** The primary address, else the one for work, else the first, else the user name when that is one. */
function addressOf(user: ScimResource): string {
  const emails = itemsOf(user, 'emails')
  const chosen =
    emails.find(({ primary }) => primary === true) ??
    emails.find(({ type }) => String(type).toLowerCase() === 'work') ??
    emails[0]
  const address = (textOf(chosen, 'value') ?? textOf(user, 'userName') ?? '').trim().toLowerCase()
  if (EMAIL.test(address)) return address
  throw scimFailures.create('value-invalid', 'A person needs an e-mail address: in emails, or as userName.')
}
