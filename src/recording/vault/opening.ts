import { createSecretKey } from 'node:crypto'
import { equalBytes } from '../../kernel/index.ts'
import { vaultFailures } from './failures.ts'
import { checkedAgainst, type OpenedPart, openChunks } from './opened-part.ts'
import type { PartFiles } from './part-files.ts'
import { commitTo, openBody } from './seal.ts'
import { chunkPlace } from './sealing.ts'
import type { PartName, PartRow } from './store.ts'
import type { WrapKeys } from './wrap-keys.ts'
import { unwrapSecret } from './wrapping.ts'

interface OpeningDeps {
  readonly keys: WrapKeys
  readonly files: PartFiles
}

/** Opens a part that was not erased; throws `vault.part-missing` or `vault.part-damaged`, the body's stream as well. */
export async function openPart(deps: OpeningDeps, row: PartRow): Promise<OpenedPart> {
  const key = await deps.keys.byId(row.vault_key)
  if (key === undefined || row.wrapped_key === null) throw missing(row)
  const place = `${row.event}/${row.name}`
  const { event, name, run, type, bytes } = row
  const about = { event, name, type, bytes, ...(run === null ? {} : { run }) }
  const wrappedKey = row.wrapped_key
  if (row.sealed !== null) {
    const sealed = row.sealed
    const { body, salt } = orDamaged(row, () => openBody(key.key, place, { sealed, wrappedKey }))
    if (!equalBytes(commitTo(body, salt), row.commitment)) throw damaged(row)
    return { ...about, salt, body: only(body) }
  }
  const file = row.file
  if (file === null || !(await deps.files.has(file))) throw missing(row)
  const secret = orDamaged(row, () => unwrapSecret(key.key, chunkPlace(place), wrappedKey))
  const salt = secret.subarray(KEY_BYTES)
  const chunkKey = { key: createSecretKey(secret.subarray(0, KEY_BYTES)), place: chunkPlace(place) }
  const body = checkedAgainst(
    { salt, commitment: row.commitment },
    openChunks(chunkKey, deps.files.read(file)),
  )
  return { ...about, salt, body: failingAs(row, body) }
}

const KEY_BYTES = 32

/** The whole of a body that is known to fit into memory. */
export async function wholeBody({ body }: Pick<OpenedPart, 'body'>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  const [first] = chunks
  return chunks.length === 1 && Buffer.isBuffer(first) ? first : Buffer.concat(chunks)
}

async function* only(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield body
}

async function* failingAs(row: PartRow, body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body
  } catch (cause) {
    throw (cause as NodeJS.ErrnoException).code === 'ENOENT' ? missing(row, cause) : damaged(row, cause)
  }
}

function orDamaged<Value>(row: PartRow, open: () => Value): Value {
  try {
    return open()
  } catch (cause) {
    throw damaged(row, cause)
  }
}

function damaged({ event, name }: PartName, cause?: unknown) {
  const message = `The part ${name} of ${event} is not what its event commits to.`
  return vaultFailures.create('part-damaged', message, { cause })
}

function missing({ event, name }: PartName, cause?: unknown) {
  const message = `The part ${name} of ${event} is gone, and no erasure explains it.`
  return vaultFailures.create('part-missing', message, { cause })
}
