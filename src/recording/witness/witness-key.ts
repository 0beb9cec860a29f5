import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { join } from 'node:path'
import { makePrivateDirectory, readTextIfThere, writeDurably } from '../../storage/index.ts'
import { nodeCrypto } from '../node-crypto/index.ts'
import { formatWitnessVkey, isKeyName, type WitnessKey, witnessKey } from '../verify/index.ts'
import { witnessFailures } from './failures.ts'

/** Signs cosignatures, and nothing else. */
export interface WitnessSigner {
  readonly key: WitnessKey
  readonly vkeyText: string
  sign(bytes: Uint8Array): Uint8Array
}

const KEY = 'witness.key'
const VKEY = 'witness.vkey'

/** Makes a witness key in `directory`, readable by this user only; throws `witness.key-exists` rather than replace one. */
export async function createWitnessKey(directory: string, name: string): Promise<WitnessSigner> {
  if (!isKeyName(name)) {
    throw witnessFailures.create(
      'key-missing',
      'A witness needs a name without blanks and "+", such as witness.example/w1.',
    )
  }
  await makePrivateDirectory(directory)
  if ((await readTextIfThere(join(directory, KEY))) !== undefined) {
    throw witnessFailures.create(
      'key-exists',
      `${directory} holds a witness key already; use another directory.`,
    )
  }
  const { privateKey } = generateKeyPairSync('ed25519')
  const signer = signerOf(name, privateKey)
  await writeDurably(join(directory, VKEY), `${signer.vkeyText}\n`, 0o644)
  await writeDurably(join(directory, KEY), String(privateKey.export({ format: 'pem', type: 'pkcs8' })))
  return signer
}

/** Opens the key; `witness.key-missing` when a file is absent, of another kind, or the two do not belong together. */
export async function openWitnessKey(directory: string): Promise<WitnessSigner> {
  const pem = await readTextIfThere(join(directory, KEY))
  const vkeyText = (await readTextIfThere(join(directory, VKEY)))?.trim() ?? ''
  const privateKey = pem === undefined ? undefined : parsePrivateKey(pem)
  const signer = privateKey && signerOf(vkeyText.split('+')[0] ?? '', privateKey)
  if (signer !== undefined && signer.vkeyText === vkeyText) return signer
  throw witnessFailures.create(
    'key-missing',
    `${join(directory, KEY)} is missing or does not belong to ${VKEY} beside it; make a key with: custody witness init --dir ${directory} --name NAME`,
  )
}

function signerOf(name: string, privateKey: KeyObject): WitnessSigner {
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
  const key = witnessKey(nodeCrypto.sha256, { name, publicKey: new Uint8Array(spki.subarray(-32)) })
  return { key, vkeyText: formatWitnessVkey(key), sign: (bytes) => sign(null, bytes, privateKey) }
}

function parsePrivateKey(pem: string): KeyObject | undefined {
  try {
    const key = createPrivateKey(pem)
    return key.asymmetricKeyType === 'ed25519' ? key : undefined
  } catch {
    // The parser's message could quote the file.
    return undefined
  }
}
