import { nodeCrypto } from '../../node-crypto/index.ts'
import { formatVkey, keyOfVkey, logKeysAt, type NoteSignature, type Vkey } from '../../verify/index.ts'
import { ledgerFailures } from '../failures.ts'
import type { LogSigner, Signer } from './signer.ts'

/** The log's signer over the keys that `find` finds; `first` is the key the log began with. */
export function createLogSigner(
  first: Vkey,
  find: (keyId: string) => Promise<Signer | undefined>,
): LogSigner {
  const signatureOf = async (vkey: Vkey, text: string): Promise<NoteSignature> => {
    const signer = await find(keyOfVkey(nodeCrypto.sha256, vkey))
    if (signer === undefined) throw notAtHand(vkey)
    return { name: vkey.name, keyId: vkey.keyId, signature: await signer.sign(Buffer.from(text)) }
  }
  return {
    vkey: first,
    vkeyText: formatVkey(first),
    signaturesOn: (text, size, history) => {
      const keys = logKeysAt({ crypto: nodeCrypto, pinned: [first], history }, size)
      return Promise.all(keys.map((vkey) => signatureOf(vkey, text)))
    },
  }
}

function notAtHand(vkey: Vkey) {
  return ledgerFailures.create(
    'key-missing',
    `The log key ${formatVkey(vkey)} counts and is not at hand; restore its file from your backup of the keys, or configure its key service.`,
  )
}
