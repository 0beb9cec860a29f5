import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { findMachineWords } from './machine-words.ts'

/** Fails when a file of the repository names a machine, a registry or a workplace instead of speaking of Custody alone. */
const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  encoding: 'utf8',
})
  .split('\0')
  // The lock file names the registry of every package; that is its job.
  .filter((file) => file !== '' && file !== 'package-lock.json')

const found = files.flatMap((file) => findMachineWords(file, readFileSync(file, 'utf8')))
for (const { file, line, reason } of found) console.log(`${file}:${line}: ${reason}`)
console.log(`${files.length} files`)
process.exitCode = found.length > 0 || files.length === 0 ? 1 : 0
