import { join } from 'node:path'
import { inject } from 'vitest'
import type { DatabasePlace } from '../../src/storage/index.ts'
import { BareLedger, temporaryDirectory } from './bare-ledger.ts'
import { createDatabase } from './postgres/databases.ts'

/** Both engines, for suites that must hold on each: `describe.each(ENGINES)`. */
export const ENGINES = ['sqlite', 'postgres'] as const
export type Engine = (typeof ENGINES)[number]

/** A database without entries: a file in the directory, or a new one on the server of this test run. */
async function newPlace(engine: Engine, directory: string): Promise<DatabasePlace> {
  if (engine === 'sqlite') return { engine, path: join(directory, 'ledger.db') }
  return { engine, url: await createDatabase(inject('postgresUrl')) }
}

/** A ledger without projections on an engine. */
export async function bareLedgerOn(engine: Engine): Promise<BareLedger> {
  const directory = temporaryDirectory()
  return new BareLedger(directory, await newPlace(engine, directory))
}
