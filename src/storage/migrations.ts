import type { DatabaseSync } from 'node:sqlite'
import { storageFailures } from './failures.ts'

/** Forward only; a released migration is never edited. The position in this list is the schema's version. */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE entries (
    idx INTEGER PRIMARY KEY,
    record_id TEXT NOT NULL UNIQUE,
    run TEXT,
    seq INTEGER,
    kind TEXT NOT NULL,
    body BLOB NOT NULL,
    leaf_hash BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX entries_of_run ON entries (run, seq) WHERE run IS NOT NULL;
  CREATE INDEX entries_outside_runs ON entries (kind, idx) WHERE run IS NULL;
  CREATE TABLE subtrees (
    level INTEGER NOT NULL,
    number INTEGER NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (level, number)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE parts (
    event TEXT NOT NULL,
    name TEXT NOT NULL,
    run TEXT,
    digest BLOB,
    type TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    commitment BLOB NOT NULL,
    wrapped_key BLOB NOT NULL,
    sealed BLOB,
    file TEXT,
    PRIMARY KEY (event, name)
  ) STRICT;
  CREATE INDEX pieces_of_run ON parts (run) WHERE digest IS NOT NULL;

  CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    sponsor TEXT NOT NULL,
    workflow TEXT NOT NULL,
    policy_digest TEXT NOT NULL,
    agent TEXT NOT NULL,
    agent_kind TEXT NOT NULL,
    agent_version TEXT,
    recorder TEXT NOT NULL,
    status TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    closed_at TEXT,
    exit_code INTEGER,
    duration_ms INTEGER,
    model_calls INTEGER NOT NULL DEFAULT 0,
    refused_calls INTEGER NOT NULL DEFAULT 0,
    tool_calls INTEGER NOT NULL DEFAULT 0,
    input_tokens INTEGER NOT NULL DEFAULT 0,
    output_tokens INTEGER NOT NULL DEFAULT 0,
    cost_nano_usd INTEGER NOT NULL DEFAULT 0,
    unpriced_calls INTEGER NOT NULL DEFAULT 0,
    gaps INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX runs_by_time ON runs (opened_at, id);
  CREATE INDEX runs_open ON runs (status) WHERE status = 'open';
  CREATE TABLE run_commits (
    sha TEXT NOT NULL,
    run TEXT NOT NULL,
    repository INTEGER NOT NULL,
    PRIMARY KEY (sha, run, repository)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE run_records (
    run TEXT PRIMARY KEY,
    event TEXT NOT NULL,
    entry TEXT NOT NULL
  ) STRICT;

  CREATE TABLE persons (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT NOT NULL UNIQUE COLLATE NOCASE,
    status TEXT NOT NULL
  ) STRICT;
  CREATE TABLE sessions (
    digest BLOB PRIMARY KEY,
    person TEXT NOT NULL REFERENCES persons (id),
    expires_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE run_tokens (
    digest BLOB PRIMARY KEY,
    run TEXT NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT;
  `,
]

/** Brings the database to this version's schema in one transaction; `storage.database-newer` when it is ahead. */
export function migrate(database: DatabaseSync): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0)
  if (version > MIGRATIONS.length) {
    throw storageFailures.create(
      'database-newer',
      `The database has schema ${version}, this version of Custody knows ${MIGRATIONS.length}; install the newer version.`,
    )
  }
  if (version === MIGRATIONS.length) return
  database.exec('BEGIN IMMEDIATE')
  for (const migration of MIGRATIONS.slice(version)) database.exec(migration)
  database.exec(`PRAGMA user_version=${MIGRATIONS.length}; COMMIT`)
}
