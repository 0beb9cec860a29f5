import { type LogFiles, parseTilePath, standingOf } from '../../verify/index.ts'

/** The folders of partial tiles in a published log: `tile/0/003.p`. */
export async function findPartialFolders(files: LogFiles, folder = 'tile'): Promise<string[]> {
  const found: string[] = []
  for await (const { name, kind } of files.list(folder)) {
    const path = `${folder}/${name}`
    if (kind !== 'folder') continue
    if (isPartialFolder(path)) found.push(path)
    else if (/^(?:entries|[0-9]{1,2}|x[0-9]{3})$/.test(name))
      found.push(...(await findPartialFolders(files, path)))
  }
  return found
}

/** Whether the tile whose partials a folder holds is full in a log of `size`: then nobody needs them any more. */
export function isOutgrown(folder: string, size: number): boolean {
  const full = parseTilePath(folder.slice(0, -PARTIALS.length))
  return full !== undefined && standingOf(full, size) === 'needed'
}

const PARTIALS = '.p'

function isPartialFolder(path: string): boolean {
  return path.endsWith(PARTIALS) && parseTilePath(path.slice(0, -PARTIALS.length)) !== undefined
}
