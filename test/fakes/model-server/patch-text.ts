import type { ToolResult } from './conversation.ts'
import type { ToolStep } from './script.ts'

/** An `apply_patch` text that replaces the text; the whole lines around it come from what the client read before. */
export function updateFilePatch(
  step: Extract<ToolStep, { do: 'edit' }>,
  results: readonly ToolResult[],
): string {
  const before = wholeLines(step.oldText, results)
  const after = before.replace(step.oldText, () => step.newText)
  return patch(`*** Update File: ${step.file}`, ['@@', ...prefixed('-', before), ...prefixed('+', after)])
}

export function addFilePatch(step: Extract<ToolStep, { do: 'write' }>): string {
  return patch(`*** Add File: ${step.file}`, prefixed('+', step.content.replace(/\n$/, '')))
}

function wholeLines(text: string, results: readonly ToolResult[]): string {
  const seen = results.map(({ output }) => output).find((output) => output.includes(text))
  if (seen === undefined) return text
  const at = seen.indexOf(text)
  const start = seen.lastIndexOf('\n', at) + 1
  const end = seen.indexOf('\n', at + text.length)
  return seen.slice(start, end === -1 ? seen.length : end)
}

function prefixed(sign: string, text: string): readonly string[] {
  return text.split('\n').map((line) => `${sign}${line}`)
}

function patch(header: string, lines: readonly string[]): string {
  return ['*** Begin Patch', header, ...lines, '*** End Patch', ''].join('\n')
}
