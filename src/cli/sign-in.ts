import { dirname } from 'node:path'
import { makePrivateDirectory, writeDurably } from '../storage/index.ts'
import { type Profile, readProfile, type Session } from './profile.ts'

/** Keeps a session for its data directory and gives the profile; the first data directory becomes the default one. */
export async function addSession(path: string, dataDirectory: string, session: Session): Promise<Profile> {
  const before = await readProfile(path)
  const profile: Profile = {
    dataDirectory: before.dataDirectory ?? dataDirectory,
    sessions: { ...before.sessions, [dataDirectory]: session },
  }
  await makePrivateDirectory(dirname(path))
  await writeDurably(path, `${JSON.stringify(profile, null, 2)}\n`)
  return profile
}
