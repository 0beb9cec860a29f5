/** What a type of our migrations, which are written for SQLite, is called in PostgreSQL. */
const WORDS: Readonly<Record<string, string>> = {
  INTEGER: 'bigint',
  BLOB: 'bytea',
  // Sorted and compared by bytes, as SQLite does.
  TEXT: 'text COLLATE "C"',
}

/** A migration in PostgreSQL's words. */
export function toPostgresSchema(statements: string): string {
  return statements
    .replace(/\b(INTEGER|BLOB|TEXT)\b/g, (word) => WORDS[word] ?? word)
    .replace(/\) STRICT(?:, WITHOUT ROWID)?/g, ')')
}

/** A statement with `?` for its parameters, as Kysely writes it for SQLite, with `$1`, `$2` for them instead. */
export function toPostgresSql(sql: string): string {
  let count = 0
  return sql.replace(QUOTED_OR_PLACEHOLDER, (found) => {
    if (found !== '?') return found
    count += 1
    return `$${count}`
  })
}

const QUOTED_OR_PLACEHOLDER = /'[^']*'|"[^"]*"|\?/g
