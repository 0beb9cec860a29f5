import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { DOCUMENTS } from './documents.ts'

for (const { path, make } of DOCUMENTS) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, await make())
  console.log(`wrote ${path}`)
}
