/** One step of the schema, in the words of SQLite; `schema-words.ts` turns them into those of PostgreSQL. */
export interface Migration {
  readonly statements: string
  /**
   * The oldest schema whose servers may go on beside this one: a step that only adds what they need not know names an
   * old one, so that a rolling upgrade stops nobody.
   */
  readonly compatibleSince: number
}

/** Forward only; a released migration is never edited. The position in this list, from 1, is the schema's version. */
export const MIGRATIONS: readonly Migration[] = [
  {
    compatibleSince: 1,
    statements: `
  CREATE TABLE entries (
    idx INTEGER PRIMARY KEY,
    record_id TEXT NOT NULL UNIQUE,
    run TEXT,
    seq INTEGER,
    prev INTEGER,
    kind TEXT NOT NULL,
    leaf_hash BLOB NOT NULL,
    body BLOB NOT NULL
  ) STRICT;
  CREATE INDEX entries_outside_runs ON entries (kind, idx) WHERE run IS NULL;
  CREATE TABLE subtrees (
    level INTEGER NOT NULL,
    number INTEGER NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (level, number)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE run_heads (
    run TEXT PRIMARY KEY,
    last INTEGER NOT NULL,
    count INTEGER NOT NULL,
    sealed INTEGER NOT NULL,
    edge BLOB NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE ledger_head (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    size INTEGER NOT NULL,
    edge BLOB,
    vkey TEXT
  ) STRICT;
  INSERT INTO ledger_head (id, size) VALUES (1, 0);
  CREATE TABLE signed_checkpoints (
    size INTEGER PRIMARY KEY,
    note TEXT NOT NULL
  ) STRICT;

  CREATE TABLE vault_keys (
    id TEXT PRIMARY KEY,
    class TEXT NOT NULL,
    period TEXT NOT NULL,
    wrapped BLOB,
    destroyed_by INTEGER
  ) STRICT;
  CREATE UNIQUE INDEX vault_keys_in_use ON vault_keys (class, period) WHERE wrapped IS NOT NULL;
  CREATE TABLE parts (
    event TEXT NOT NULL,
    name TEXT NOT NULL,
    run TEXT,
    digest BLOB,
    type TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    commitment BLOB NOT NULL,
    vault_key TEXT NOT NULL,
    wrapped_key BLOB,
    sealed BLOB,
    file TEXT,
    stored INTEGER NOT NULL,
    erased_by INTEGER,
    PRIMARY KEY (event, name)
  ) STRICT;
  CREATE INDEX parts_of_run ON parts (run, stored);
  CREATE INDEX parts_in_files ON parts (event, name) WHERE file IS NOT NULL;

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
    gaps INTEGER NOT NULL DEFAULT 0,
    raw_bytes INTEGER NOT NULL DEFAULT 0,
    part_bytes INTEGER NOT NULL DEFAULT 0,
    parts INTEGER NOT NULL DEFAULT 0,
    retention_ms INTEGER,
    erased_by INTEGER
  ) STRICT;
  CREATE INDEX runs_by_time ON runs (opened_at, id);
  CREATE INDEX runs_open ON runs (status) WHERE status = 'open';
  CREATE INDEX runs_that_expire ON runs (retention_ms, opened_at) WHERE erased_by IS NULL AND retention_ms IS NOT NULL;
  CREATE INDEX runs_of_sponsor ON runs (sponsor);
  CREATE TABLE run_commits (
    sha TEXT NOT NULL,
    run TEXT NOT NULL,
    repository INTEGER NOT NULL,
    PRIMARY KEY (sha, run, repository)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE run_hearings (
    run TEXT PRIMARY KEY,
    heard_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE run_takers (
    run TEXT NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (run, number)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE run_records (
    run TEXT PRIMARY KEY,
    event TEXT NOT NULL,
    entry TEXT NOT NULL
  ) STRICT;

  CREATE TABLE erasure_requests (
    event TEXT PRIMARY KEY,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    scope TEXT NOT NULL,
    subject TEXT NOT NULL,
    reason TEXT NOT NULL,
    done_by INTEGER
  ) STRICT;
  CREATE TABLE erasures (
    entry INTEGER PRIMARY KEY,
    event TEXT NOT NULL UNIQUE,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    approver TEXT,
    scope TEXT NOT NULL,
    subject TEXT NOT NULL,
    reason TEXT NOT NULL,
    parts INTEGER NOT NULL,
    bytes INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE deletion_records (
    erasure TEXT PRIMARY KEY,
    event TEXT NOT NULL,
    entry TEXT NOT NULL
  ) STRICT;
  CREATE TABLE holds (
    event TEXT PRIMARY KEY,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    scope TEXT NOT NULL,
    subject TEXT NOT NULL,
    lifted_at TEXT,
    lifted_by TEXT
  ) STRICT;
  CREATE TABLE erasures_in_spite_of_hold (
    hold TEXT NOT NULL CHECK (hold = '')
  ) STRICT;
  CREATE TABLE retention_clock (
    "only" INTEGER PRIMARY KEY CHECK ("only" = 1),
    believed_ms INTEGER NOT NULL,
    ahead_since_ms INTEGER,
    ahead_last_ms INTEGER
  ) STRICT;
  CREATE TABLE retention_marks (
    at_ms INTEGER PRIMARY KEY,
    entries INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE persons (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    status TEXT NOT NULL,
    merged_into TEXT,
    salt BLOB,
    privileges_changed_at INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE external_ids (
    provider TEXT NOT NULL,
    subject TEXT NOT NULL,
    person TEXT NOT NULL,
    verified INTEGER NOT NULL,
    linked_at TEXT NOT NULL,
    PRIMARY KEY (provider, subject)
  ) STRICT;
  CREATE INDEX external_ids_of_person ON external_ids (person);
  CREATE TABLE teams (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
  ) STRICT;
  CREATE TABLE team_members (
    team TEXT NOT NULL,
    person TEXT NOT NULL,
    PRIMARY KEY (team, person)
  ) STRICT;
  CREATE INDEX teams_of_person ON team_members (person);
  CREATE TABLE team_ownings (
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    team TEXT NOT NULL,
    PRIMARY KEY (kind, subject)
  ) STRICT;
  CREATE TABLE role_grants (
    holder TEXT NOT NULL,
    role TEXT NOT NULL,
    scope TEXT NOT NULL,
    granted_at TEXT NOT NULL,
    granted_by TEXT NOT NULL,
    PRIMARY KEY (holder, role, scope)
  ) STRICT;
  CREATE TABLE disclosure_grants (
    id TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    scope TEXT NOT NULL,
    granted_by TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER
  ) STRICT;
  CREATE INDEX disclosures_to_person ON disclosure_grants (person);
  CREATE TABLE agents (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    owner TEXT NOT NULL,
    UNIQUE (owner, kind)
  ) STRICT;
  CREATE TABLE services (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL
  ) STRICT;
  CREATE TABLE service_tokens (
    digest BLOB PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    service TEXT NOT NULL,
    issued_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE sessions (
    digest BLOB PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    person TEXT NOT NULL REFERENCES persons (id),
    kind TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    idle_ms INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX sessions_of_person ON sessions (person);
  CREATE TABLE credentials (
    person TEXT PRIMARY KEY,
    password_hash TEXT NOT NULL,
    changed_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE sign_in_failures (
    subject TEXT PRIMARY KEY,
    count INTEGER NOT NULL,
    last_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE one_time_links (
    digest BLOB PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    person TEXT NOT NULL,
    purpose TEXT NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE spent_links (
    id TEXT PRIMARY KEY,
    at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE run_tokens (
    digest BLOB PRIMARY KEY,
    run TEXT NOT NULL,
    workflow TEXT NOT NULL,
    sponsor TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked TEXT
  ) STRICT;
  CREATE INDEX run_tokens_of_run ON run_tokens (run);
  CREATE INDEX run_tokens_of_sponsor ON run_tokens (sponsor);
  CREATE TABLE recording_levels (
    workflow TEXT PRIMARY KEY,
    policy_digest TEXT NOT NULL,
    parts TEXT NOT NULL,
    retention_ms INTEGER
  ) STRICT;
  CREATE TABLE recording_requests (
    workflow TEXT NOT NULL,
    policy_digest TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    PRIMARY KEY (workflow, policy_digest)
  ) STRICT;
  CREATE TABLE identity_version (
    "only" INTEGER PRIMARY KEY CHECK ("only" = 1),
    version INTEGER NOT NULL
  ) STRICT;
  INSERT INTO identity_version ("only", version) VALUES (1, 0);
  CREATE TABLE identity_left_unmanaged (
    administrators INTEGER NOT NULL CHECK (administrators > 0)
  ) STRICT;

  CREATE TABLE scim_users (
    id TEXT PRIMARY KEY REFERENCES persons (id) ON DELETE CASCADE,
    user_name TEXT UNIQUE,
    external_id TEXT,
    resource TEXT NOT NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    put_out_at INTEGER,
    held_at INTEGER,
    deleted_at INTEGER
  ) STRICT;
  CREATE INDEX scim_users_by_external_id ON scim_users (external_id);
  CREATE TABLE scim_groups (
    id TEXT PRIMARY KEY REFERENCES teams (id) ON DELETE CASCADE,
    display_name TEXT NOT NULL,
    external_id TEXT,
    roles TEXT NOT NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
  ) STRICT;
  `,
  },
]
