const HASH_BYTES = 32

/** The hashes of a tree's right edge as one block, as it is stored. */
export function joinEdge(edge: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(edge)
}

export function splitEdge(bytes: Uint8Array | null): Uint8Array[] {
  const count = (bytes?.length ?? 0) / HASH_BYTES
  return Array.from({ length: count }, (_, i) =>
    Uint8Array.prototype.slice.call(bytes, i * HASH_BYTES, (i + 1) * HASH_BYTES),
  )
}
