import { type LineCounter, YAMLMap } from 'yaml'
import { accepted, type Problem, type Result, refused } from '../../kernel/index.ts'
import { checkNodes } from './check-nodes.ts'
import { type Field, type Finding, Spot } from './field.ts'
import { readSyntax } from './syntax.ts'

/** The largest document that is read. */
export const DOCUMENT_LIMIT_BYTES = 256 * 1024

/** `file` is the name that problems carry. */
export interface ParseOptions {
  readonly file: string
}

/**
 * Reads one YAML 1.2 document with a field, usually a `record`. Gives the value, or every problem at once in the order
 * of the text, each with file, line, column and path. Unknown and doubled keys, aliases, tags and oversized texts are
 * problems; an empty document is an empty mapping. Never throws for a bad text.
 */
export function parseDocument<Value>(
  text: string,
  { file }: ParseOptions,
  field: Field<Value>,
): Result<Value, readonly Problem[]> {
  const unreadable = unreadableText(text)
  if (unreadable !== undefined) return refused([{ file, line: 1, column: 1, ...unreadable }])
  const { root = emptyMap(), misspellings, lines } = readSyntax(text)
  if (misspellings.length > 0) {
    return refused(misspellings.map(({ offset, ...said }) => ({ ...said, file, ...place(lines, offset) })))
  }
  const findings: Finding[] = []
  const spot = new Spot(root, '', findings)
  checkNodes(spot)
  const value = field.read(spot)
  if (value === undefined || findings.length > 0) return refused(problemsOf(findings, file, lines))
  return accepted(value)
}

function unreadableText(text: string): { message: string; suggestion?: string } | undefined {
  if (Buffer.byteLength(text) > DOCUMENT_LIMIT_BYTES) {
    return { message: `The file is larger than ${DOCUMENT_LIMIT_BYTES / 1024} KiB.` }
  }
  if (!text.isWellFormed()) return { message: 'The file is not UTF-8 text.', suggestion: 'save it as UTF-8' }
  return undefined
}

function problemsOf(findings: readonly Finding[], file: string, lines: LineCounter): readonly Problem[] {
  return findings
    .map(({ node, ...said }) => ({ ...said, offset: node.range?.[0] ?? 0 }))
    .sort((a, b) => a.offset - b.offset)
    .map(({ offset, ...said }) => ({ ...said, file, ...place(lines, offset) }))
}

function place(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset)
  return { line: Math.max(1, line), column: Math.max(1, col) }
}

function emptyMap(): YAMLMap {
  return new YAMLMap()
}
