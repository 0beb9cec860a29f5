import { sha256Hex } from '../../kernel/index.ts'
import { keyPaths, MANIFEST_PAYLOAD, PATHS } from '../../recording/verify/index.ts'
import type { GatheredRun } from './gathered-run.ts'

/** What a person finds first in a bundle: what this is and how to check it, with Custody and without. */
export function readme({ run, vkey, checkpoint, keys }: GatheredRun): string {
  const pem = keys.map(({ spkiDer }) => keyPaths(sha256Hex(spkiDer)).pem)[0] ?? ''
  return `Evidence of the agent run ${run}

Open ${PATHS.page} to read what happened. Everything else is there to check it.

${PATHS.manifest}        every file with its SHA-256; ${PATHS.manifestEnvelope} signs it
${PATHS.statements}   the signed execution record and other signed statements (DSSE, in-toto)
${PATHS.sigstore} the execution record with its log proof, for Sigstore's verifiers
${PATHS.events}         every event of the run, one a line, exactly as it was hashed into the log
checkpoint           the signed head of the log; proofs/ shows what is under it
keys/                the public keys
parts/ changes/      the bodies (task, prompts, answers, patch) with the salts of their commitments

Check it with Custody, with no server and no network:

    custody verify BUNDLE.zip --key '${vkey}'

Take the key after --key from somewhere other than this bundle: whoever could forge the
bundle could forge this text.

Check the signature with openssl instead:

    jq -r .payload ${PATHS.manifestEnvelope} | base64 -d | cmp - ${PATHS.manifest}
    jq -r '.signatures[0].sig' ${PATHS.manifestEnvelope} | base64 -d > /tmp/sig
    { printf 'DSSEv1 ${MANIFEST_PAYLOAD.length} ${MANIFEST_PAYLOAD} %s ' "$(wc -c < ${PATHS.manifest})"
      cat ${PATHS.manifest}; } | openssl dgst -sha256 -verify ${pem} -signature /tmp/sig

The log this run is in, when the bundle was made (compare it with what others saw):

    ${checkpoint.origin} ${checkpoint.size} ${Buffer.from(checkpoint.root).toString('base64')}

The formats, step by step, are in docs/record-format.md of Custody's source.
`
}
