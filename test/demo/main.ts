/**
 * The main job on real input: a real agent works on a clone of this repository through Custody, and the evidence of it
 * is verified, and refused once it was tampered with. `npm run demo [-- --agent KIND] [--json] [--keep]`
 */
import { readOptions } from './options.ts'
import { perform } from './perform.ts'

const USAGE_EXIT_CODE = 2

const options = readOptions(process.argv.slice(2))
if (typeof options === 'string') console.error(options)
process.exitCode = typeof options === 'string' ? USAGE_EXIT_CODE : await perform(options)
