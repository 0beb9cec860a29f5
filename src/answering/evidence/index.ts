export { buildBundle } from './build-bundle.ts'
export type {
  AbsentBody,
  DisclosedBody,
  EvidencePart,
  EvidenceSource,
  LedgerEntry,
  LoggedKey,
  ManifestSigner,
  SignedStatement,
} from './source.ts'
