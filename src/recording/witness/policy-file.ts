import { readFile } from 'node:fs/promises'
import { nodeCrypto } from '../node-crypto/index.ts'
import { parseWitnessPolicy, type WitnessPolicy } from '../verify/index.ts'
import { witnessFailures } from './failures.ts'

const MAX_POLICY_BYTES = 1_000_000

/** Reads a witness policy; throws `witness.policy-unreadable`, or `witness.policy-invalid` with every problem and its line. */
export async function readWitnessPolicy(path: string): Promise<WitnessPolicy> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw witnessFailures.create('policy-unreadable', `The witness policy ${path} cannot be read.`, { cause })
  })
  const parsed =
    bytes.length > MAX_POLICY_BYTES
      ? { ok: false as const, problems: [{ line: 1, message: 'it is larger than any policy' }] }
      : parseWitnessPolicy(nodeCrypto.sha256, bytes.toString())
  if (parsed.ok) return parsed.policy
  throw witnessFailures.create('policy-invalid', `The witness policy ${path} has problems.`, {
    problems: parsed.problems.map(({ line, message }) => ({ file: path, line, message })),
  })
}
