/** The cryptography a verifier needs, handed in so that this module runs wherever JavaScript does. */
export interface VerifyCrypto {
  sha256(data: Uint8Array): Uint8Array
  hmacSha256(key: Uint8Array, ...chunks: readonly Uint8Array[]): Uint8Array
  /** False for a bad signature or key; never throws. */
  verifyEd25519(publicKey32: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean
  /** ECDSA P-256 with SHA-256, signature in DER. False for a bad signature or key; never throws. */
  verifyP256(spkiDer: Uint8Array, message: Uint8Array, signatureDer: Uint8Array): boolean
}
