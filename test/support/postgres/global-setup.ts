import type { TestProject } from 'vitest/node'
import { makeTemplate } from './databases.ts'
import { startPostgres } from './server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Of the one PostgreSQL server of a test run. */
    readonly postgresUrl: string
  }
}

/** One PostgreSQL for the whole run; gives the way to stop it. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres()
  await makeTemplate(server.url)
  provide('postgresUrl', server.url)
  return () => server.stop()
}
