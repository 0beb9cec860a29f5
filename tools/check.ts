import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { STEPS, type Step } from './check-steps.ts'

/** Runs every step in order and stops at the first that fails: `npm run check`, or `-- --without-tests` of them. */
const withoutTests = process.argv.includes('--without-tests')
const sourceFiles = globSync('src/**/*.ts').length

for (const step of STEPS.filter(({ isTests }) => !(isTests && withoutTests))) {
  const startedMs = performance.now()
  const problem = run(step)
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1)
  console.log(`${problem === undefined ? 'ok' : 'FAILED'}  ${step.name}  ${seconds} s`)
  if (problem !== undefined) {
    console.log(problem)
    process.exit(1)
  }
}

/** What is wrong, in the tool's own words; nothing when the step passed. */
function run({ command, filesSeen }: Step): string | undefined {
  const [program = '', ...parameters] = command
  const { status, stdout, stderr, error } = spawnSync(program, parameters, {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    // Every tool runs on the Node this script runs on, and writes no colour codes into what is read here.
    env: {
      ...process.env,
      PATH: `node_modules/.bin:${process.env.PATH}`,
      NO_COLOR: '1',
      NODE_COMPILE_CACHE: 'node_modules/.cache/custody-code',
    },
  })
  const output = `${stdout}${stderr}${error?.message ?? ''}`
  if (status !== 0) return output
  const seen = filesSeen?.(output) ?? sourceFiles
  return seen >= sourceFiles && sourceFiles > 0 ? undefined : `saw ${seen} of ${sourceFiles} source files`
}
