import { type ErrorCode, LineCounter, type Node, parseDocument, type YAMLError } from 'yaml'
import type { Complaint } from './field.ts'

/** A complaint about the text at an offset. */
interface Misspelling extends Complaint {
  readonly offset: number
}

export interface SyntaxTree {
  /** Undefined when the document is empty. */
  readonly root: Node | undefined
  readonly misspellings: readonly Misspelling[]
  readonly lines: LineCounter
}

/** The nodes of a YAML 1.2 (core schema) text, or why it is not one document of plain values. */
export function readSyntax(text: string): SyntaxTree {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    stringKeys: true,
    resolveKnownTags: false,
    // Ours takes linear time (check-nodes.ts); the package compares each key with all before it.
    uniqueKeys: false,
    // Pretty messages quote the line, which may hold a secret.
    prettyErrors: false,
    logLevel: 'error',
    lineCounter: lines,
  })
  const errors = [...document.errors, ...document.warnings]
  return { root: document.contents ?? undefined, misspellings: misspellings(errors), lines }
}

function misspellings(errors: readonly YAMLError[]): readonly Misspelling[] {
  const exhausted = errors.find((error) => error.code === 'RESOURCE_EXHAUSTION')
  return (exhausted === undefined ? errors : [exhausted]).map((error) => ({
    ...(SENTENCES[error.code] ?? { message: 'This is not YAML.' }),
    offset: error.pos[0],
  }))
}

// Ours rather than the parser's, because some of those quote the text they stumbled over.
const SENTENCES: Readonly<Partial<Record<ErrorCode, Complaint>>> = {
  BAD_DIRECTIVE: {
    message: 'This directive is not known.',
    suggestion: 'remove the line that starts with %',
  },
  BAD_DQ_ESCAPE: {
    message: 'This escape is not known inside double quotes.',
    suggestion: 'use single quotes, or write \\\\ for a backslash',
  },
  BAD_INDENT: { message: 'The indentation or a closing bracket is missing here.' },
  BAD_SCALAR_START: {
    message: 'A value cannot start with this character.',
    suggestion: 'put the value in quotes',
  },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'A second ": " on one line is not understood.',
    suggestion: 'put the value in quotes',
  },
  MISSING_CHAR: { message: 'A character is missing here: a closing quote, a comma, a colon or a space.' },
  MULTIPLE_DOCS: { message: 'The file holds a second document.', suggestion: 'keep one document per file' },
  NON_STRING_KEY: { message: 'A key must be a plain word.' },
  RESOURCE_EXHAUSTION: { message: 'The values are nested too deeply.' },
  TAB_AS_INDENT: { message: 'A tab is used as indentation.', suggestion: 'indent with spaces' },
  TAG_RESOLVE_FAILED: { message: 'A tag (!…) is not read here.', suggestion: 'write the plain value' },
}
