import { request } from 'undici'
import type { DataDirectory } from '../server/index.ts'
import { readTextIfThere } from '../storage/index.ts'

const PATIENCE_MS = 2000

/**
 * The URL of the server that runs on a data directory, or undefined. A server that died leaves its address behind, and
 * something else may listen there: only one that shows the key of this ledger counts, and it is asked without a secret.
 */
export async function runningServer({ running }: DataDirectory, vkey: string): Promise<string | undefined> {
  const url = readUrl(await readTextIfThere(running))
  return url !== undefined && (await vkeyAt(url)) === vkey ? url : undefined
}

function readUrl(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  try {
    const { url } = JSON.parse(text) as { url?: unknown }
    return typeof url === 'string' ? url : undefined
  } catch {
    return undefined
  }
}

async function vkeyAt(url: string): Promise<unknown> {
  try {
    const { body } = await request(`${url}/v1/server`, { signal: AbortSignal.timeout(PATIENCE_MS) })
    return ((await body.json()) as { vkey?: unknown }).vkey
  } catch {
    return undefined
  }
}
