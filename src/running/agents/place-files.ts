import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

import type { ScratchFile } from './adapter.ts'

/** Puts an adapter's files in place, readable by the owner alone; the scratch directory must be new. */
export function placeFiles(files: readonly ScratchFile[]): void {
  for (const file of files) {
    mkdirSync(dirname(file.path), { recursive: true, mode: 0o700 })
    if ('linkTo' in file) symlinkSync(file.linkTo, file.path)
    else writeFileSync(file.path, file.content, { mode: 0o600, flag: 'wx' })
  }
}
