import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** Writes a whole file so that after a crash either the old or the new content is there, never a part of it. */
export async function writeDurably(path: string, content: Uint8Array | string, mode = 0o600): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`)
  try {
    await writeSynced(temporary, content, mode)
    await rename(temporary, path)
  } catch (error) {
    // On a full disk a leftover would take the room that is needed.
    await rm(temporary, { force: true })
    throw error
  }
  await syncDirectory(dirname(path))
}

/** The file's text, or undefined when there is no such file. */
export async function readTextIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Makes a directory (and its parents) that only this user may enter; its name is on disk when this returns. */
export async function makePrivateDirectory(path: string): Promise<void> {
  const made = (await mkdir(path, { recursive: true, mode: 0o700 })) ?? path
  // One that was there may have been made moments before a crash, so its own name is synced in any case.
  for (let each = path; each.length >= made.length; each = dirname(each)) await syncNameOf(each)
}

async function writeSynced(path: string, content: Uint8Array | string, mode: number): Promise<void> {
  const file = await open(path, 'w', mode)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** A parent that this user may write and not read can be synced by nobody but its owner. */
async function syncNameOf(path: string): Promise<void> {
  await syncDirectory(dirname(path)).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error
  })
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}
