const NAME_CHARACTER = /[\p{L}\p{N}_.-]/u

/**
 * The changed paths that no recorded tool call mentions, by relative path or by base name. A mention explains a file, it
 * does not prove who changed it; a path that is not mentioned was changed in a way the record does not show.
 */
export function unexplainedFiles(
  changedPaths: readonly string[],
  toolCallArguments: readonly string[],
): readonly string[] {
  const said = toolCallArguments.join('\n')
  // Arguments are often JSON, where a line break before a name is written with a letter that would seem part of it.
  const unescaped = said.replace(/\\[nrt]/g, ' ')
  return changedPaths.filter((path) => {
    const name = path.slice(path.lastIndexOf('/') + 1)
    return !mentions(unescaped, name) && !escapedForms(name).some((form) => mentions(said, form))
  })
}

/** How JSON may write a name that is not plain. Who names a path names its base name too, so that is all to look for. */
function escapedForms(name: string): readonly string[] {
  const escaped = JSON.stringify(name).slice(1, -1)
  const ascii = escaped.replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return [escaped, ascii].filter((form) => form !== name)
}

/** `a.ts` is mentioned in `src/a.ts` and not in `data.ts`. */
function mentions(said: string, name: string): boolean {
  for (let at = said.indexOf(name); at !== -1; at = said.indexOf(name, at + 1)) {
    const before = said.charAt(at - 1)
    const after = said.charAt(at + name.length)
    if (!NAME_CHARACTER.test(before) && !continuesName(after, said.charAt(at + name.length + 1))) return true
  }
  return false
}

/** The full stop that ends a sentence does not continue a name. */
function continuesName(next: string, afterNext: string): boolean {
  return next === '.' ? NAME_CHARACTER.test(afterNext) : NAME_CHARACTER.test(next)
}
