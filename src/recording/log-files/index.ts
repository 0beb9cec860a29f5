import { join } from 'node:path'
import { type Disk, systemDisk } from '../../storage/disk/index.ts'
import type { LogFiles } from '../verify/index.ts'

/** A published log in a local directory, for reading. What the system refuses (permissions, damage) is thrown. */
export function logFilesAt(directory: string, disk: Pick<Disk, 'read' | 'list'> = systemDisk): LogFiles {
  return {
    read: (path, maxBytes, memory) => disk.read(join(directory, path), maxBytes, memory),
    list: (path) => disk.list(join(directory, path)),
  }
}
