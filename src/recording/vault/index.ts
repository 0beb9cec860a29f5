export { createVaultKey, openVaultKey, type VaultKey } from './key.ts'
export type { NamedPieces, Pieces } from './pieces.ts'
export type { VaultTables } from './store.ts'
export { type Body, type DisclosedPart, type SealedParts, Vault } from './vault.ts'
