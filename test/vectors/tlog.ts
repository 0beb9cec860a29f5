import { readFileSync } from 'node:fs'

interface ProofVector {
  readonly Index: number
  readonly Size: number
  readonly Proof: readonly string[] | null
}

/** Facts about logs agreed on by independent implementations; hashes in hex unless a name says otherwise. */
export interface TlogVectors {
  readonly leaves: readonly { readonly data_hex: string; readonly leaf_hash: string }[]
  readonly roots_by_size: readonly string[]
  readonly inclusion: readonly ProofVector[]
  readonly consistency: readonly ProofVector[]
  readonly files: Readonly<Record<string, string>>
  readonly tile_paths: Readonly<Record<string, string>>
  readonly roots_of_entry_i_logs: Readonly<Record<string, string>>
  readonly log_key: NoteKeyVector
  readonly witness_key: NoteKeyVector
  readonly checkpoint_text: string
  readonly checkpoint_signed: string
  readonly checkpoint_cosigned: string
  readonly add_checkpoint_body_3_to_8: string
  readonly tlog_proof_index5: string
  readonly dsse_pae: { readonly type: string; readonly body: string; readonly pae: string }
}

interface NoteKeyVector {
  readonly name: string
  readonly seed_hex: string
  readonly pub_hex: string
  readonly key_id_hex: string
  readonly vkey: string
}

export function readTlogVectors(): TlogVectors {
  return JSON.parse(readFileSync(new URL('tlog.json', import.meta.url), 'utf8')) as TlogVectors
}
