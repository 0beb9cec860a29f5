import { parseArgs } from 'node:util'
import { appends } from './appends.ts'
import { authorise } from './authorise.ts'
import { gatewayCpu } from './gateway-cpu.ts'
import { describeMachine, machineLine } from './machine.ts'
import { printResult } from './print-result.ts'
import { publishLag } from './publish-lag.ts'
import type { Result } from './result.ts'
import { storedBytes } from './stored-bytes.ts'
import { verifyLogFigure } from './verify-log.ts'

/** Every figure, by the name it is asked for with: `npm run bench -- appends`. */
const FIGURES: Readonly<Record<string, () => Promise<Result>>> = {
  'gateway-cpu': gatewayCpu,
  'stored-bytes': storedBytes,
  appends,
  authorise,
  'verify-log': verifyLogFigure,
  'publish-lag': publishLag,
}

const { values, positionals } = parseArgs({ options: { json: { type: 'boolean' } }, allowPositionals: true })
const unknown = positionals.filter((name) => !Object.hasOwn(FIGURES, name))
if (unknown.length > 0) {
  console.error(`There is no figure ${unknown.join(', ')}; choose from ${Object.keys(FIGURES).join(', ')}.`)
  process.exit(2)
}

const machine = await describeMachine()
if (!values.json) console.log(machineLine(machine))
const results: Record<string, Result> = {}
for (const [name, measure] of Object.entries(FIGURES)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  const result = await measure()
  results[name] = result
  if (!values.json) printResult(result)
}
if (values.json) console.log(JSON.stringify({ machine, results }, null, 2))
