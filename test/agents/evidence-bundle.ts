import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

import { rebuildBody } from '../../src/proxying/gateway/split/index.ts'
import { readZip } from '../../src/recording/verify/index.ts'

export interface EvidenceBundle {
  readonly events: readonly BundledEvent[]
  /** SHA-256 of every model request, rebuilt from the parts in the bundle. */
  readonly requestDigests: readonly string[]
}

export interface BundledEvent {
  readonly id: string
  readonly kind: string
  readonly data: Readonly<Record<string, unknown>>
}

/** Reads a bundle as a stranger would: from the file alone. */
export function readBundle(path: string): EvidenceBundle {
  const zip = readZip(readFileSync(path))
  if (!zip.ok) throw new Error(zip.problem)
  const contentOf = (name: string) => Buffer.from(zip.files.get(name) ?? '')
  const events = contentOf('events.jsonl')
    .toString('utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as BundledEvent)
  const index = JSON.parse(contentOf('parts/index.json').toString('utf8')) as PartIndex
  const part = (matches: (row: PartRow) => boolean) => contentOf(index.parts.find(matches)?.file ?? '')
  const requestDigests = events
    .filter(({ kind }) => kind === 'model.requested')
    .map(({ id }) => part(({ event, name }) => event === id && name === 'request'))
    .map((skeleton) => sha256(rebuildBody(skeleton, (piece) => part(({ name }) => name === piece))))
  return { events, requestDigests }
}

interface PartIndex {
  readonly parts: readonly PartRow[]
}

interface PartRow {
  readonly event: string
  readonly name: string
  readonly file?: string
}

function sha256(body: Buffer): string {
  return createHash('sha256').update(body).digest('hex')
}
