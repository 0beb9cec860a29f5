import { readFile, stat } from 'node:fs/promises'
import { accepted, type Problem, type Result, refused } from '../../kernel/index.ts'
import { DOCUMENT_LIMIT_BYTES } from './document.ts'

/**
 * The exact text of a document file: its UTF-8 bytes are the file's bytes. Refuses what is no regular file, is larger
 * than DOCUMENT_LIMIT_BYTES or is not UTF-8; throws the system's error when the file is missing or cannot be read.
 */
export async function readDocumentFile(path: string): Promise<Result<string, Problem>> {
  const found = await stat(path)
  // Asked before opening, because opening a pipe waits for its writer.
  if (!found.isFile()) return refused({ file: path, message: 'This is not a file.' })
  if (found.size > DOCUMENT_LIMIT_BYTES) {
    return refused({ file: path, message: `The file is larger than ${DOCUMENT_LIMIT_BYTES / 1024} KiB.` })
  }
  return decodeUtf8(await readFile(path), path)
}

function decodeUtf8(bytes: Uint8Array, file: string): Result<string, Problem> {
  try {
    // A byte order mark stays, because the text is hashed as the file is.
    return accepted(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch {
    return refused({ file, message: 'The file is not UTF-8 text.', suggestion: 'save it as UTF-8' })
  }
}
