import { isFailure } from '../kernel/index.ts'
import type { LogSource } from '../recording/ledger/index.ts'
import { decodeBundle, readSignedHead, TILE_WIDTH, tilePath } from '../recording/verify/index.ts'
import type { ApiClient } from './api-client.ts'
import { cliFailures } from './failures.ts'
import { logTrust } from './log-keys.ts'

/** The log that a server publishes, at its present size, as the source of a copy. Nothing of it is taken on trust. */
export async function remoteLog(client: ApiClient, vkey: string): Promise<LogSource> {
  const note = await client.download('/log/checkpoint')
  const trust = await logTrust(client, vkey)
  const name = `the checkpoint at ${client.url}`
  const { checkpoint, problems } = readSignedHead(note, { ...trust, name })
  if (checkpoint === undefined || problems.length > 0) {
    throw cliFailures.create('server-answer', `${problems[0]}; is it the server you signed in to?`)
  }
  const { size, root } = checkpoint
  return {
    size: () => Promise.resolve(size),
    signedSize: size,
    bodies: (from, count) => fetchEntries(client, from / TILE_WIDTH, count),
    root: (of) => Promise.resolve(of === size ? root : undefined),
    checkpoint: () => Promise.resolve(note.toString()),
    keyHistory: () => Promise.resolve(trust.history),
  }
}

async function fetchEntries(
  client: ApiClient,
  number: number,
  count: number,
): Promise<readonly Uint8Array[]> {
  const bundle = await fetchBundle(client, number, count)
  const entries = decodeBundle(bundle.bytes, bundle.width)
  if (entries !== undefined) return entries.slice(0, count)
  throw cliFailures.create('server-answer', `The server gave a bundle of entries that cannot be read.`)
}

/** A partial bundle that is gone has become a full one. */
async function fetchBundle(
  client: ApiClient,
  number: number,
  width: number,
): Promise<{ readonly bytes: Uint8Array; readonly width: number }> {
  const path = tilePath({ level: 'entries', number, width })
  try {
    return { bytes: await client.download(`/log/${path}`), width }
  } catch (error) {
    if (width === TILE_WIDTH || !isFailure(error, 'ledger.not-published')) throw error
    return fetchBundle(client, number, TILE_WIDTH)
  }
}
