import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { readTextIfThere } from '../../storage/index.ts'
import { backupFailures } from './failures.ts'

/** The last file of a backup to be written: without it there is no backup. */
export const MANIFEST = 'backup.json'

const FileRow = Type.Object(
  {
    path: Type.String(),
    bytes: Type.Integer({ minimum: 0 }),
    sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  },
  { additionalProperties: false },
)

const Manifest = Type.Object(
  {
    v: Type.Literal(1),
    madeAt: Type.String(),
    /** Where the installation had its ledger. */
    engine: Type.Union([Type.Literal('sqlite'), Type.Literal('postgres')]),
    entries: Type.Integer({ minimum: 0 }),
    keys: Type.Boolean(),
    /** Large parts that the installation itself lacked: what "custody log fsck" would have said. */
    missing: Type.Array(Type.String()),
    files: Type.Array(FileRow),
  },
  { additionalProperties: false },
)

export type BackupFile = Static<typeof FileRow>
export type BackupManifest = Static<typeof Manifest>

/** Reads the manifest of a backup; `backup.not-a-backup` when there is none or it is not one. */
export async function readManifest(directory: string): Promise<BackupManifest> {
  const text = await readTextIfThere(join(directory, MANIFEST))
  const manifest = text === undefined ? undefined : parse(text)
  if (manifest !== undefined) return manifest
  const message = `${directory} holds no whole backup (its ${MANIFEST} is missing or unreadable); choose one that "custody backup" finished.`
  throw backupFailures.create('not-a-backup', message)
}

function parse(text: string): BackupManifest | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return Value.Check(Manifest, value) && value.files.every(staysInside) ? value : undefined
  } catch {
    return undefined
  }
}

/** A manifest from elsewhere must not reach outside its directory. */
function staysInside({ path }: BackupFile): boolean {
  const isName = (name: string) => !['', '.', '..'].includes(name) && !/[\\\0]/.test(name)
  return path.split('/').every(isName)
}

/** Copies a file durably into a private place and gives its row; memory stays small whatever its size. */
export async function copyFile(path: string, roots: { from: string; to: string }): Promise<BackupFile> {
  const target = join(roots.to, path)
  await mkdir(dirname(target), { recursive: true, mode: 0o700 })
  const { row, through } = counted(path)
  await pipeline(
    createReadStream(join(roots.from, path)),
    through,
    createWriteStream(target, { flags: 'wx', mode: 0o600, flush: true }),
  )
  return row()
}

/** The row of a file as it stands. */
export async function rowOf(root: string, path: string): Promise<BackupFile> {
  const { row, through } = counted(path)
  await pipeline(createReadStream(join(root, path)), through.resume())
  return row()
}

function counted(path: string): { readonly row: () => BackupFile; readonly through: Transform } {
  const digest = createHash('sha256')
  let bytes = 0
  const through = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      digest.update(chunk)
      bytes += chunk.byteLength
      done(null, chunk)
    },
  })
  return { row: () => ({ path, bytes, sha256: digest.digest('hex') }), through }
}

/** What a write that was interrupted, or is going on, leaves. */
const UNFINISHED = /^\..*\.tmp$/

/** Every file below a directory, as paths from `root`; none when there is no such directory. */
export async function filesBelow(root: string, directory: string): Promise<string[]> {
  const entries = await readdir(join(root, directory), { withFileTypes: true, recursive: true }).catch(
    (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw error
    },
  )
  const prefix = join(root, '/')
  return entries
    .filter((entry) => entry.isFile() && !UNFINISHED.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(prefix.length))
    .sort()
}

/** Makes the names in a directory and in all below it durable. */
export async function syncDirectories(root: string, paths: readonly string[]): Promise<void> {
  const directories = new Set(['.', ...paths.flatMap(parentsOf)])
  for (const directory of directories) {
    const handle = await open(join(root, directory), 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  }
}

function parentsOf(path: string): string[] {
  const parent = dirname(path)
  return parent === '.' ? [] : [parent, ...parentsOf(parent)]
}
