export type { BrokenPart, EntrySource, PartsCheck } from './check-parts.ts'
export { classOf, type Keeping } from './keeping.ts'
export { createVaultKey, openVaultKey, type VaultKey } from './key.ts'
export type { OpenedPart } from './opened-part.ts'
export type { NamedPieces, Pieces } from './pieces.ts'
export { projectVault } from './projection.ts'
export {
  expiringKeys,
  keptParts,
  largePartFiles,
  type PartName,
  storedBytesOfRuns,
  type VaultTables,
} from './store.ts'
export {
  type Body,
  type DisclosedPart,
  type ExaminedPart,
  type PassingBody,
  type SealedParts,
  Vault,
} from './vault.ts'
export type { WrapKey } from './wrap-keys.ts'
