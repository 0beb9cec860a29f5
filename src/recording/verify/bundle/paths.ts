/** Where everything stands in a bundle. */
export const PATHS = {
  readme: 'README.txt',
  page: 'report.html',
  manifest: 'manifest.json',
  manifestEnvelope: 'manifest.dsse.json',
  statements: 'record.intoto.jsonl',
  sigstore: 'record.sigstore.json',
  events: 'events.jsonl',
  checkpoint: 'checkpoint',
  vkey: 'keys/log.vkey',
  partIndex: 'parts/index.json',
  closingProof: 'proofs/closing.tlog-proof',
  recordEntry: 'proofs/record.entry.json',
  recordProof: 'proofs/record.tlog-proof',
} as const

/** The three files of one statement key; `keyId` is the hex SHA-256 of its SPKI DER. */
export function keyPaths(keyId: string) {
  return {
    pem: `keys/statement-${keyId}.pem`,
    entry: `keys/statement-${keyId}.entry.json`,
    proof: `proofs/key-${keyId}.tlog-proof`,
  }
}

/** The key id in the path of a statement key's PEM. */
export function keyIdOfPath(path: string): string | undefined {
  return /^keys\/statement-([0-9a-f]{64})\.pem$/.exec(path)?.[1]
}

/**
 * The two files of what the log says about a key beside a statement key's adding: that a log key was added (`log`), or that
 * any key was revoked. `keyId` is the hex SHA-256 of its SPKI DER.
 */
export function keyChangePaths(change: 'log' | 'revoked', keyId: string) {
  return { entry: `keys/${change}-${keyId}.entry.json`, proof: `proofs/${change}-${keyId}.tlog-proof` }
}

/** The paths of the change whose entry stands at a path. */
export function keyChangeOfPath(path: string): ReturnType<typeof keyChangePaths> | undefined {
  const [, change, keyId] = /^keys\/(log|revoked)-([0-9a-f]{64})\.entry\.json$/.exec(path) ?? []
  return keyId === undefined ? undefined : keyChangePaths(change === 'log' ? 'log' : 'revoked', keyId)
}

/** The two files of the entry that erased a part. */
export function erasurePaths(entry: number) {
  return { entry: `proofs/erased-by-${entry}.entry.json`, proof: `proofs/erased-by-${entry}.tlog-proof` }
}

export const MANIFEST_PAYLOAD = 'application/vnd.custody.manifest+json'
