/**
 * Git names files by bytes, a record by text. A name that is valid UTF-8 stays as it is; any other, and one that starts
 * with a quote, is written in git's own quoted form (`"a\377"`), so that two names never become one.
 */
export function pathText(bytes: Uint8Array): string {
  const text = decodeUtf8(bytes)
  return text === undefined || text.startsWith('"') ? quote(bytes) : text
}

/** Splits the output of a `-z` command at its NUL bytes. */
export function splitAtNul(output: Buffer): Buffer[] {
  const pieces: Buffer[] = []
  for (let start = 0; start < output.length; ) {
    const nul = output.indexOf(0, start)
    const end = nul === -1 ? output.length : nul
    pieces.push(output.subarray(start, end))
    start = end + 1
  }
  return pieces
}

/** Joins names into the input of a `-z --stdin` command. */
export function joinWithNul(names: readonly Uint8Array[]): Buffer {
  const nul = Buffer.alloc(1)
  return Buffer.concat(names.flatMap((name) => [name, nul]))
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function quote(bytes: Uint8Array): string {
  let text = '"'
  for (const byte of bytes) {
    if (byte === 0x22 || byte === 0x5c) text += `\\${String.fromCharCode(byte)}`
    else if (byte < 0x20 || byte > 0x7e) text += `\\${byte.toString(8).padStart(3, '0')}`
    else text += String.fromCharCode(byte)
  }
  return `${text}"`
}
