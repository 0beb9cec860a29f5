export { buildBundle } from './build-bundle.ts'
export type {
  AbsentBody,
  DisclosedBody,
  ErasedBody,
  EvidencePart,
  EvidenceSource,
  KeyChange,
  LedgerEntry,
  LoggedKey,
  ManifestSigner,
  SignedStatement,
} from './source.ts'
