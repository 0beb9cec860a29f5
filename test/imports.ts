/** One import as written: its target, and whether the compiled program still holds it. */
export interface Import {
  readonly target: string
  readonly kind: 'static' | 'type' | 'dynamic' | 'worker'
}

const BINDINGS = String.raw`(?:[\w$]+|(?:[\w$]+,\s*)?(?:\*(?:\s+as\s+[\w$]+)?|\{[^}]*\}))`
const STATIC = new RegExp(String.raw`^(?:import|export)(\s+type)?\s+${BINDINGS}\s+from\s+'([^']+)'`, 'gm')
const SIDE_EFFECT = /^import\s+'([^']+)'/gm
const DYNAMIC = /\bimport\(\s*'([^']+)'/g
const WORKER = /\bnew URL\(\s*'([^']+\.ts)',\s*import\.meta\.url/g
const COMMENT_LINE = /^\s*(?:\/\/|\/?\*).*$/gm

/** Reads the imports of formatted TypeScript; static, re-exported, dynamic, and files named for a worker. */
export function readImports(source: string): readonly Import[] {
  const code = source.replaceAll(COMMENT_LINE, '')
  return [
    ...[...code.matchAll(STATIC)].map((match) => found(match[2], match[1] === undefined ? 'static' : 'type')),
    ...[...code.matchAll(SIDE_EFFECT)].map((match) => found(match[1], 'static')),
    ...[...code.matchAll(DYNAMIC)].map((match) => found(match[1], 'dynamic')),
    ...[...code.matchAll(WORKER)].map((match) => found(match[1], 'worker')),
  ]
}

/** How many imports stand in the code in a form `readImports` does not know; anything but 0 is a hole in the check. */
export function unreadableImports(source: string): number {
  const code = source.replaceAll(COMMENT_LINE, '')
  const statics = count(code, /^import\b(?!\(|\.)/gm) + count(code, /^export\b[^=;()'"]*\sfrom\s+['"]/gm)
  const dynamics = count(code, /\bimport\(/g) + count(code, /\brequire\(/g)
  const read = readImports(source)
  return statics + dynamics - read.filter((found) => found.kind !== 'worker').length
}

function found(target: string | undefined, kind: Import['kind']): Import {
  return { target: target ?? '', kind }
}

function count(code: string, pattern: RegExp): number {
  return [...code.matchAll(pattern)].length
}
