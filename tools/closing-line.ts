import { readFileSync } from 'node:fs'

/** Prints what ran as one line, from the output of the agents matrix and from vitest's JSON reports. */
const [agentsFile = '', ...reportFiles] = process.argv.slice(2)
const counts = [
  fromLastLine(readFileSync(agentsFile, 'utf8')),
  ...reportFiles.map((file) => fromReport(JSON.parse(readFileSync(file, 'utf8')))),
]
const sum = (of: keyof Counts) => counts.reduce((total, count) => total + count[of], 0)
console.log(`${sum('passed')} passed, ${sum('failed')} failed`)
process.exitCode = sum('failed') > 0 || counts.some(({ passed }) => passed === 0) ? 1 : 0

interface Counts {
  readonly passed: number
  readonly failed: number
}

function fromReport(report: unknown): Counts {
  const { numPassedTests, numFailedTests } = report as Readonly<Record<string, unknown>>
  return { passed: Number(numPassedTests), failed: Number(numFailedTests) }
}

/** The matrix closes with `N passed, N failed`; without such a line nothing ran. */
function fromLastLine(output: string): Counts {
  const last = [...output.matchAll(/(\d+) passed, (\d+) failed/g)].at(-1)
  return { passed: Number(last?.[1] ?? 0), failed: Number(last?.[2] ?? 0) }
}
