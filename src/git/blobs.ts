import { createHash } from 'node:crypto'
import { type StreamedObject, streamObjects } from './object-stream.ts'
import type { Repository } from './repository.ts'

export interface Blob {
  readonly id: string
  readonly bytes: number
  readonly sha256: string
  /** Absent when it was more than the limits let us hold. */
  readonly content?: Buffer
}

export interface BlobLimits {
  /** A larger content is digested and not held. */
  readonly maxBlobBytes: number
  /** Once this much is held, further contents are digested only. */
  readonly maxTotalBytes: number
}

/** Reads the contents of blobs, by id. Ids that name no blob we can see are absent from the answer. */
export async function readBlobs(
  repository: Repository,
  ids: readonly string[],
  limits: BlobLimits,
): Promise<ReadonlyMap<string, Blob>> {
  const blobs = new Map<string, Blob>()
  let room = limits.maxTotalBytes
  for await (const object of streamObjects(repository, [...new Set(ids)])) {
    const isHeld = object.kind === 'blob' && object.bytes <= Math.min(limits.maxBlobBytes, room)
    const blob = await readBlob(object, isHeld)
    if (isHeld) room -= blob.bytes
    if (object.kind === 'blob') blobs.set(blob.id, blob)
  }
  return blobs
}

async function readBlob(object: StreamedObject, isHeld: boolean): Promise<Blob> {
  const hash = createHash('sha256')
  const held: Buffer[] = []
  for await (const chunk of object.chunks) {
    hash.update(chunk)
    if (isHeld) held.push(chunk)
  }
  const blob = { id: object.id, bytes: object.bytes, sha256: hash.digest('hex') }
  return isHeld ? { ...blob, content: Buffer.concat(held) } : blob
}
