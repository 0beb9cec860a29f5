import { readFile } from 'node:fs/promises'

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

/** An absent or damaged profile is an empty one: signing in again makes it anew. */
export async function readProfile(path: string): Promise<Profile> {
  try {
    // Not through the storage module, which would load the database for commands that need none.
    const { dataDirectory, sessions } = JSON.parse(await readFile(path, 'utf8')) as Partial<Profile>
    return { ...(dataDirectory === undefined ? {} : { dataDirectory }), sessions: sessions ?? {} }
  } catch {
    return { sessions: {} }
  }
}
