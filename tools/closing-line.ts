import { readFileSync } from 'node:fs'

/** Prints what ran as one line, from vitest's JSON report and from the output of the agents matrix. */
const [reportFile = '', agentsFile = ''] = process.argv.slice(2)
const tests = fromReport(JSON.parse(readFileSync(reportFile, 'utf8')))
const agents = fromLastLine(readFileSync(agentsFile, 'utf8'))
const passed = tests.passed + agents.passed
const failed = tests.failed + agents.failed
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 || tests.passed === 0 || agents.passed === 0 ? 1 : 0

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
