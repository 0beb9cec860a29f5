/** One step of `npm run check`. */
export interface Step {
  readonly name: string
  readonly command: readonly string[]
  readonly isTests?: true
  /** How many files the tool says it looked at; left out where the tool itself fails when there are none. */
  readonly filesSeen?: (output: string) => number
}

/** In the order in which they run, quick ones first. */
export const STEPS: readonly Step[] = [
  {
    name: 'format, lint, names, sizes (biome)',
    command: ['biome', 'ci', '--error-on-warnings', '--colors=off', '.'],
    filesSeen: (output) => Number(/Checked (\d+) files?/.exec(output)?.[1] ?? 0),
  },
  {
    name: 'files the types are checked in (tsc)',
    command: ['tsc', '-p', '.', '--listFilesOnly'],
    filesSeen: (output) =>
      output.split('\n').filter((line) => line.startsWith(`${process.cwd()}/src/`)).length,
  },
  { name: 'types (tsc)', command: ['tsc', '-p', '.'] },
  {
    name: 'promises, switches, unsafe values (oxlint)',
    command: ['oxlint', '--deny-warnings'],
    filesSeen: (output) => Number(/on (\d+) files? with/.exec(output)?.[1] ?? 0),
  },
  {
    name: 'dead files, exports, dependencies (knip)',
    command: ['knip', '--no-progress', '--treat-config-hints-as-errors'],
  },
  { name: 'words that belong to one machine', command: ['node', 'tools/words.ts'] },
  { name: 'generated documents', command: ['vitest', 'run', 'test/documents.test.ts'] },
  { name: 'tests (vitest)', command: ['vitest', 'run'], isTests: true },
]
