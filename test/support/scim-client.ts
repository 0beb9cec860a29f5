import { type Answered, send } from './http-client.ts'
import type { RunningCustody } from './running-custody.ts'

const USER_URN = 'urn:ietf:params:scim:schemas:core:2.0:User'
export const GROUP_URN = 'urn:ietf:params:scim:schemas:core:2.0:Group'
const PATCH_URN = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

/** A user as an answer tells it. */
export interface ToldUser {
  readonly id: string
  readonly userName: string
  readonly active: boolean
  readonly emails?: readonly { readonly value: string; readonly type?: string; readonly primary?: boolean }[]
  readonly meta: { readonly version: string; readonly location: string }
}

/** A directory of a company that provisions over SCIM, as a service account with a token. */
export class ScimClient {
  readonly #url: string
  readonly #token: string

  private constructor(url: string, token: string) {
    this.#url = url
    this.#token = token
  }

  static async of(custody: RunningCustody, name = 'directory'): Promise<ScimClient> {
    const { serviceAccounts, roleGrants } = custody.server.services.identity
    const { id } = await serviceAccounts.add(name, 'system')
    await roleGrants.grant(id, { role: 'provisioner', scope: 'organisation' }, 'system')
    const { token } = await serviceAccounts.issueToken(id, 3_600_000, 'system')
    return new ScimClient(custody.url, token)
  }

  call(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answered> {
    return this.raw(method, path, body === undefined ? undefined : JSON.stringify(body), headers)
  }

  raw(
    method: string,
    path: string,
    body?: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answered> {
    return send(`${this.#url}/scim/v2${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    })
  }

  async user(name: string, more: object = {}): Promise<ToldUser> {
    const answer = await this.call('POST', '/Users', newUser(name, more))
    if (answer.status !== 201) throw new Error(`no user was made: ${answer.body.toString()}`)
    return answer.json() as unknown as ToldUser
  }

  async group(displayName: string, members: readonly string[] = []): Promise<string> {
    const items = members.map((value) => ({ value }))
    const answer = await this.call('POST', '/Groups', { schemas: [GROUP_URN], displayName, members: items })
    if (answer.status !== 201) throw new Error(`no group was made: ${answer.body.toString()}`)
    return String(answer.json().id)
  }

  patch(path: string, ...operations: readonly object[]): Promise<Answered> {
    return this.call('PATCH', path, { schemas: [PATCH_URN], Operations: operations })
  }

  find(endpoint: string, query: Readonly<Record<string, string>>): Promise<Answered> {
    return this.call('GET', `/${endpoint}?${new URLSearchParams(query).toString()}`)
  }
}

/** A user as Okta posts one. */
export function newUser(name: string, more: object = {}): object {
  return {
    schemas: [USER_URN],
    userName: `${name}@example.test`,
    name: { givenName: name, familyName: 'Example' },
    emails: [{ primary: true, value: `${name}@example.test`, type: 'work' }],
    displayName: `${name} Example`,
    active: true,
    ...more,
  }
}
