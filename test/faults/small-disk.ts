import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Seen } from './full-disk-process.ts'

const run = promisify(execFile)
const PROGRAM = new URL('./full-disk-process.ts', import.meta.url).pathname
const DISK_MEGABYTES = 10
/** In blocks of 512 bytes; the database and its journal are one file each. */
const FILE_BLOCKS = 2048

/**
 * Drives a server against a disk that is really full: a file system of its own where this user may mount one (in a
 * mount namespace, so that it goes with its process), a limit on the size of files elsewhere.
 */
export async function onSmallDisk(): Promise<Seen & { readonly disk: 'mounted' | 'limited' }> {
  const home = await mkdtemp(join(tmpdir(), 'custody-full-disk-'))
  const state = join(home, 'state.json')
  const node = [process.execPath, PROGRAM, home, state]
  try {
    const mounted = await mountingCommand()
    if (mounted === undefined) {
      await shell(`ulimit -f ${FILE_BLOCKS} && exec "$@"`, [...node, 'fill'])
      await shell('exec "$@"', [...node, 'restart'])
    } else {
      const disk = join(home, 'disk')
      const mount = `mkdir "${disk}" && mount -t tmpfs -o size=${DISK_MEGABYTES}m tmpfs "${disk}" && exec "$@"`
      const program = [process.execPath, PROGRAM, disk, state, 'fill', 'free', 'restart']
      await run(mounted, [...NAMESPACE[mounted], 'sh', '-c', mount, 'sh', ...program])
    }
    const seen = JSON.parse(await readFile(state, 'utf8')) as Seen
    return { ...seen, disk: mounted === undefined ? 'limited' : 'mounted' }
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

const NAMESPACE = { unshare: ['--mount', '--map-root-user'] } as const

async function mountingCommand(): Promise<keyof typeof NAMESPACE | undefined> {
  const probe = ['sh', '-c', 'mount -t tmpfs -o size=1m tmpfs /tmp']
  return run('unshare', [...NAMESPACE.unshare, ...probe]).then(
    () => 'unshare' as const,
    () => undefined,
  )
}

function shell(script: string, command: readonly string[]) {
  return run('sh', ['-c', script, 'sh', ...command])
}
