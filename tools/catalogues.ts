import { globSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { CodeTable, FailureCatalogue, FailureKind } from '../src/kernel/index.ts'

/** One error code as its module declares it. */
export interface CataloguedCode {
  /** The `failures.ts` that declares it. */
  readonly file: string
  /** The name under which it is exported there. */
  readonly catalogue: string
  /** `<area>.<name>` */
  readonly code: string
  readonly kind: FailureKind
  readonly meaning: string
}

/** The codes of every `failures.ts` below `src/`; a file that exports anything but catalogues is an error. */
export async function readCatalogues(): Promise<readonly CataloguedCode[]> {
  const files = globSync('src/**/failures.ts').sort()
  return (await Promise.all(files.map(readFile))).flat()
}

async function readFile(file: string): Promise<readonly CataloguedCode[]> {
  const exports: unknown = await import(pathToFileURL(resolve(file)).href)
  return Object.entries(exports as Readonly<Record<string, unknown>>).flatMap(([name, value]) => {
    if (!isCatalogue(value)) throw new Error(`${file} exports ${name}, which is not made by defineFailures`)
    return Object.entries(value.codes).map(([code, { kind, meaning }]) => ({
      file,
      catalogue: name,
      code: `${value.area}.${code}`,
      kind,
      meaning,
    }))
  })
}

function isCatalogue(value: unknown): value is FailureCatalogue<CodeTable> {
  return (
    typeof value === 'object' && value !== null && 'area' in value && 'codes' in value && 'create' in value
  )
}
