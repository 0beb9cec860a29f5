import type { RecordedEvent } from '../../recording/record/index.ts'
import type { Envelope } from '../../recording/verify/index.ts'

/** Where evidence comes from: the ledger, the vault, the keys and the directory, seen as one. */
export interface EvidenceSource {
  /** All entries of the run, in order. */
  entriesOfRun(run: string): readonly LedgerEntry[] | Promise<readonly LedgerEntry[]>
  /** The signed statements about the run. The execution record is among them and has its entry. */
  statementsOfRun(run: string): Promise<readonly SignedStatement[]>
  /** The state of every part of these events; one that is not accounted for is listed as missing. */
  partsOf(events: readonly RecordedEvent[]): Promise<readonly EvidencePart[]>
  /** The entry that erased a part. */
  erasure(index: number): Promise<LedgerEntry>
  /** A signed note over everything durable now. Asked for after all entries, so that it covers them. */
  checkpoint(): Promise<string>
  /** Proof that entry `index` is among the first `size`, leaf's sibling first. */
  inclusionProof(index: number, size: number): readonly Uint8Array[] | Promise<readonly Uint8Array[]>
  /** The log key that has signed the checkpoint, as vkey text; of several, the oldest. Asked for after the checkpoint. */
  readonly vkey: string
  /** Every key that signed a statement of the run or signs the manifest, with the `key.added` entry that names it. */
  keys(): Promise<readonly LoggedKey[]>
  /** What else the log says about keys: log keys that were added later, and every key that was revoked. */
  keyChanges(): Promise<readonly KeyChange[]>
  readonly signer: ManifestSigner
  /** The name of a person, for the page only; undefined when erased or unknown. */
  personName(id: string): Promise<string | undefined>
}

export interface LedgerEntry {
  readonly index: number
  readonly bytes: Uint8Array
}

export interface SignedStatement {
  readonly envelope: Envelope
  /** Its attestation entry in the log. */
  readonly entry?: LedgerEntry
}

export interface LoggedKey {
  readonly spkiDer: Uint8Array
  readonly added: LedgerEntry
}

export interface KeyChange {
  readonly change: 'log' | 'revoked'
  /** Hex SHA-256 of the key's SPKI DER. */
  readonly keyId: string
  readonly entry: LedgerEntry
}

/** Signs with a statement key; `keyId` is the hex SHA-256 of its SPKI DER. */
export interface ManifestSigner {
  readonly keyId: string
  sign(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>
}

export type EvidencePart = DisclosedBody | ErasedBody | AbsentBody

/** A body with the salt of its commitment. */
export interface DisclosedBody {
  readonly event: string
  readonly name: string
  readonly state: 'disclosed'
  readonly body: Uint8Array
  readonly salt: Uint8Array
}

/** A body that an entry of the log erased. */
export interface ErasedBody {
  readonly event: string
  readonly name: string
  readonly state: 'erased'
  /** Index of the entry. */
  readonly entry: number
}

/** Withheld on purpose; or missing or damaged, which a bundle says of itself and fails with. */
export interface AbsentBody {
  readonly event: string
  readonly name: string
  readonly state: 'withheld' | 'missing' | 'damaged'
}
