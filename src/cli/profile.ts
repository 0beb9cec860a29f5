import { dirname } from 'node:path'
import { makePrivateDirectory, readTextIfThere, writeDurably } from '../storage/index.ts'

/** What the CLI keeps for its user: which data directory is theirs, and their secret for it. Readable by them only. */
export interface Profile {
  readonly dataDirectory?: string
  /** By data directory. */
  readonly sessions: Readonly<Record<string, Session>>
}

export interface Session {
  readonly token: string
  /** The ledger's public key, pinned when the session began: `verify` trusts it without being told. */
  readonly vkey: string
}

export async function readProfile(path: string): Promise<Profile> {
  const text = await readTextIfThere(path)
  if (text === undefined) return { sessions: {} }
  try {
    const { dataDirectory, sessions } = JSON.parse(text) as Partial<Profile>
    return { ...(dataDirectory === undefined ? {} : { dataDirectory }), sessions: sessions ?? {} }
  } catch {
    return { sessions: {} }
  }
}

/** Adds a session; the first data directory becomes the default one. */
export async function addSession(path: string, dataDirectory: string, session: Session): Promise<void> {
  const before = await readProfile(path)
  const profile: Profile = {
    dataDirectory: before.dataDirectory ?? dataDirectory,
    sessions: { ...before.sessions, [dataDirectory]: session },
  }
  await makePrivateDirectory(dirname(path))
  await writeDurably(path, `${JSON.stringify(profile, null, 2)}\n`)
}
