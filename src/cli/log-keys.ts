import { nodeCrypto } from '../recording/node-crypto/index.ts'
import { type HeadTrust, type KeyEntry, parseVkey, readKeyEntry } from '../recording/verify/index.ts'
import type { ApiClient } from './api-client.ts'

/**
 * Whom to trust about a server's log: the key that was pinned at sign-in, and the keys it has handed over to. What the server
 * says about its keys is believed as far as an older key has signed it.
 */
export async function logTrust(client: ApiClient, vkeyText: string): Promise<Required<HeadTrust>> {
  const { history } = await client.get<{ history: readonly { index: number; entry: string }[] }>('/v1/keys')
  const vkey = parseVkey(nodeCrypto.sha256, vkeyText)
  return {
    crypto: nodeCrypto,
    vkeys: vkey === undefined ? [] : [vkey],
    history: history.flatMap(({ index, entry }): KeyEntry[] => {
      const read = readKeyEntry(index, Buffer.from(entry, 'base64'))
      return read === undefined ? [] : [read]
    }),
  }
}
