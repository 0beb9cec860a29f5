/** One command of a transcript with what it must print and how it must end. */
export interface Step {
  readonly line: number
  readonly command: string
  readonly stdout: readonly string[]
  readonly stderr: readonly string[]
  readonly exitCode: number
}

/** A plain-text transcript: commands with their output, and the files that are there before the first of them. */
export interface Transcript {
  readonly steps: readonly Step[]
  readonly files: ReadonlyMap<string, string>
}

/**
 * Reads a transcript. `$ ` begins a command, `2> ` a line of stderr, `[exit N]` ends a command that fails, `# ` is for the
 * reader, `-- PATH --` begins a file; every other line is one of stdout.
 */
export function parseTranscript(text: string): Transcript {
  const [steps = '', ...files] = text.split(/^-- (\S+) --\n/m)
  const blocks = steps.split(/^(?=\$ )/m)
  let line = 1
  const read: Step[] = []
  for (const block of blocks) {
    if (block.startsWith('$ ')) read.push(parseStep(block, line))
    line += block.split('\n').length - 1
  }
  return { steps: read, files: new Map(pairs(files)) }
}

function parseStep(block: string, line: number): Step {
  const [first = '', ...rest] = block.trimEnd().split('\n')
  const lines = rest.filter((text) => !text.startsWith('# '))
  const exit = lines.map((text) => /^\[exit (\d+)\]$/.exec(text)?.[1]).find((code) => code !== undefined)
  const printed = lines.filter((text) => !/^\[exit \d+\]$/.test(text))
  return {
    line,
    command: first.slice(2),
    stdout: withoutEdges(printed.filter((text) => !/^2>( |$)/.test(text))),
    stderr: printed.filter((text) => /^2>( |$)/.test(text)).map((text) => text.slice(3)),
    exitCode: Number(exit ?? 0),
  }
}

function withoutEdges(lines: readonly string[]): readonly string[] {
  const text = lines.join('\n').replace(/^\n+|\n+$/g, '')
  return text === '' ? [] : text.split('\n')
}

function pairs(flat: readonly string[]): [string, string][] {
  return flat.flatMap((name, index) =>
    index % 2 === 0 ? [[name, flat[index + 1] ?? ''] satisfies [string, string]] : [],
  )
}
