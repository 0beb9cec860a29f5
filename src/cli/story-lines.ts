import type { RunStory } from '../server/index.ts'
import type { Context } from './context.ts'
import { printable, printableLine } from './printable.ts'
import { counted, recordText, summaryLines } from './summary-lines.ts'

const MAX_ARGUMENT_CHARS = 100

/** The story of a run: summary, task, models, tool calls in order, files. */
export function storyLines(story: RunStory, colours: Context['colours']): string[] {
  return [
    ...summaryLines(story, colours),
    `  record    ${recordText(story)}`,
    '',
    colours.bold('Task'),
    ...taskLines(story).map((line) => `  ${line}`),
    ...section(colours.bold('Models'), story.models.map(modelLine)),
    ...section(
      colours.bold('Tool calls'),
      story.tools.map((tool, index) => `${String(index + 1).padStart(3)}  ${toolLine(tool, colours)}`),
    ),
    ...section(
      colours.bold('Files'),
      story.files.map(({ status, path }) => `${status}  ${printableLine(path)}`),
    ),
    ...section(
      colours.bold('Refused'),
      story.refusals.map(({ at, code }) => `${at}  ${code}`),
    ),
  ]
}

function taskLines({ task, erased }: RunStory): string[] {
  const entry = Object.entries(erased).find(([part]) => part.endsWith('/task'))?.[1]
  return entry === undefined ? printable(task).split('\n') : [`(erased by entry ${entry})`]
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)]
}

function modelLine(model: RunStory['models'][number]): string {
  return `${printableLine(model.model)}  ${counted(model.calls, 'call')}, ${model.inputTokens} tokens in, ${model.outputTokens} out`
}

/** What a reader looks for first: the command, or the file; the whole text when neither is there. */
function tellingArgument(text: string): string {
  try {
    const given = JSON.parse(text) as Readonly<Record<string, unknown>> | null
    const found = TELLING.map((name) => given?.[name]).find((value) => value !== undefined)
    if (typeof found === 'string') return found
    return Array.isArray(found) ? found.join(' ') : text
  } catch {
    return text
  }
}

const TELLING = [
  'command',
  'cmd',
  'file_path',
  'filePath',
  'absolute_path',
  'path',
  'url',
  'pattern',
] as const

function toolLine(tool: RunStory['tools'][number], colours: Context['colours']): string {
  const outcome = {
    ok: colours.green('ok'),
    error: colours.red('error'),
    unseen: colours.yellow('no result seen'),
  }
  const text = printableLine(tellingArgument(tool.arguments).replace(/\s+/g, ' '))
  const short = text.length > MAX_ARGUMENT_CHARS ? `${text.slice(0, MAX_ARGUMENT_CHARS)}…` : text
  return `${printableLine(tool.tool)} ${colours.dim(short)}  ${outcome[tool.returned ?? 'unseen']}`
}
