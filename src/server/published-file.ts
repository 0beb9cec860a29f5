import { ledgerFailures } from '../recording/ledger/index.ts'
import { logFilesAt } from '../recording/log-files/index.ts'
import { MAX_BUNDLE_BYTES, parseTilePath } from '../recording/verify/index.ts'
import type { Services } from './composition.ts'
import type { Answer } from './route.ts'

/** A tile never changes once it is there; the checkpoint does each second. */
const HEADERS = {
  tile: { 'cache-control': 'public, max-age=31536000, immutable' },
  checkpoint: { 'cache-control': 'public, max-age=1' },
} as const

/** A file of the published log as it lies on disk: `checkpoint`, or a tile in its only spelling. */
export async function publishedFile({ directory }: Services, path: string): Promise<Answer> {
  const isCheckpoint = path === 'checkpoint'
  const isThere = isCheckpoint || parseTilePath(path) !== undefined
  const bytes = isThere ? await logFilesAt(directory.log).read(path, MAX_BUNDLE_BYTES) : 'missing'
  if (typeof bytes === 'string') {
    throw ledgerFailures.create('not-published', 'The published log has no such file.')
  }
  return isCheckpoint
    ? { type: 'text/plain; charset=utf-8', headers: HEADERS.checkpoint, bytes }
    : { type: 'application/octet-stream', headers: HEADERS.tile, bytes }
}
