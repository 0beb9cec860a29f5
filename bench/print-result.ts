import type { Result } from './result.ts'

/** Prints a figure for a person: an aligned table, then every target with what was measured. */
export function printResult({ title, columns, rows, targets }: Result): void {
  const lines = [columns, ...rows]
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)))
  console.log(`\n${title}`)
  for (const line of lines)
    console.log(line.map((cell, column) => pad(cell, widths[column], column)).join('  '))
  for (const { what, measured, target, met } of targets) {
    console.log(`${met ? 'met   ' : 'MISSED'}  ${what}: ${measured} (target ${target})`)
  }
}

/** Names to the left, numbers to the right. */
function pad(cell: string, width = 0, column: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width)
}
