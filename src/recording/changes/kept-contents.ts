import type { Blob, ChangedFile } from '../../git/index.ts'
import { MAX_CONTENT_PARTS } from './limits.ts'
import type { ObservedPart } from './observation.ts'

/** What is recorded of one side of a changed file. */
export interface RecordedContent {
  readonly blob: string
  readonly mode: string
  readonly sha256?: string
  readonly bytes?: number
  /** Whether the content itself is in a part: then `part` names it and `offset` is where in its body it starts. */
  readonly kept: boolean
  readonly part?: string
  readonly offset?: number
}

export interface KeptContents {
  readonly parts: readonly ObservedPart[]
  describe(blob: string, mode: string): RecordedContent
}

interface Place {
  readonly part: string
  readonly offset: number
}

/** Puts the contents that were read into at most 128 parts `b0`, `b1`, … in the order in which the files name them. */
export function keepContents(files: readonly ChangedFile[], blobs: ReadonlyMap<string, Blob>): KeptContents {
  const held = blobIdsOf(files).flatMap((id) => {
    const content = blobs.get(id)?.content
    return content === undefined ? [] : [{ id, content }]
  })
  const perPart = Math.max(1, Math.ceil(held.length / MAX_CONTENT_PARTS))
  const places = new Map<string, Place>()
  const parts: ObservedPart[] = []
  for (let start = 0; start < held.length; start += perPart) {
    const part = `b${parts.length}`
    const group = held.slice(start, start + perPart)
    let offset = 0
    for (const { id, content } of group) {
      places.set(id, { part, offset })
      offset += content.length
    }
    parts.push({
      name: part,
      type: 'application/octet-stream',
      body: Buffer.concat(group.map((each) => each.content)),
    })
  }
  return { parts, describe: (blob, mode) => describeContent(blob, mode, blobs.get(blob), places.get(blob)) }
}

/** The ids of all contents that files name, each once. */
export function blobIdsOf(files: readonly ChangedFile[]): readonly string[] {
  const ids = files.flatMap((file) => [
    ...(file.preBlob === undefined || file.preMode === SUBMODULE ? [] : [file.preBlob]),
    ...(file.postBlob === undefined || file.postMode === SUBMODULE ? [] : [file.postBlob]),
  ])
  return [...new Set(ids)]
}

const SUBMODULE = '160000'

function describeContent(
  blob: string,
  mode: string,
  read: Blob | undefined,
  place: Place | undefined,
): RecordedContent {
  return {
    blob,
    mode,
    ...(read === undefined ? {} : { sha256: read.sha256, bytes: read.bytes }),
    kept: place !== undefined,
    ...place,
  }
}
