import { canonicalJson } from '../../kernel/index.ts'
import { integerAt, type RecordedEvent } from '../../recording/record/index.ts'
import { PATHS, toHex } from '../../recording/verify/index.ts'
import type { GatheredRun } from './gathered-run.ts'
import type { EvidencePart } from './source.ts'

/** What people look for first stands under its own name. */
const CHANGE_FILES: Readonly<Record<string, string>> = {
  patch: 'patch.diff',
  files: 'files.json',
  commits: 'commits.json',
}

/** The disclosed bodies as files, and `parts/index.json`, which says of every part where it is or why it is not here. */
export function partFiles({ events, parts }: GatheredRun): ReadonlyMap<string, Uint8Array> {
  const byId = new Map(events.map((event) => [event.id as string, event]))
  const files = new Map<string, Uint8Array>()
  const rows = parts.map((part) => {
    if (part.state === 'erased')
      return { event: part.event, name: part.name, state: part.state, entry: part.entry }
    if (part.state !== 'disclosed') return { event: part.event, name: part.name, state: part.state }
    const file = freePath(files, pathOf(part, byId.get(part.event)))
    files.set(file, part.body)
    return { event: part.event, name: part.name, state: part.state, file, salt: toHex(part.salt) }
  })
  files.set(PATHS.partIndex, new TextEncoder().encode(canonicalJson({ parts: rows })))
  return files
}

function pathOf({ name }: EvidencePart, event: RecordedEvent | undefined): string {
  const changeFile = CHANGE_FILES[name]
  if (event?.kind === 'change.observed' && changeFile !== undefined) {
    return `changes/${integerAt(event.data, 'repository') ?? 0}/${changeFile}`
  }
  const seq = String(event?.seq ?? 0).padStart(5, '0')
  return `parts/${seq}-${name.replace(/[^A-Za-z0-9_.-]/g, '_').slice(0, 100)}`
}

/** Names that differ only in characters a file cannot have get a number. */
function freePath(files: ReadonlyMap<string, Uint8Array>, path: string): string {
  let free = path
  for (let i = 2; files.has(free); i++) free = `${path}.${i}`
  return free
}
