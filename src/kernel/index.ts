export { boundedPost, type Posted, type PostOptions } from './bounded-post.ts'
export { type CanonicalValue, canonicalJson } from './canonical-json.ts'
export { type Clock, systemClock, type Timestamp, timestamp } from './clock.ts'
export { equalBytes, hmacSha256, sha256, sha256Hex } from './digest.ts'
export {
  type CodeTable,
  defineFailures,
  Failure,
  type FailureCatalogue,
  type FailureKind,
  isFailure,
  KINDS,
  type Problem,
} from './failure.ts'
export { createIds, type Id, type IdPrefix, type Ids } from './ids.ts'
export { packageVersion } from './package-version.ts'
export { type Random, systemRandom } from './random.ts'
export { accepted, type Result, refused } from './result.ts'
