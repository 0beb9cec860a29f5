import type { OfferedTool, ToolResult } from './conversation.ts'
import { type LooseObject, listAt, objectAt, textAt } from './loose-json.ts'
import { addFilePatch, updateFilePatch } from './patch-text.ts'
import { valueFor } from './schema-value.ts'
import type { ToolStep } from './script.ts'

export interface ChosenCall {
  readonly name: string
  readonly input: Readonly<Record<string, unknown>> | string
}

/** The call that does this step with the tools the client offers; undefined when none of them can. */
export function chooseCall(
  step: ToolStep,
  tools: readonly OfferedTool[],
  results: readonly ToolResult[],
): ChosenCall | undefined {
  if (step.do === 'call') return { name: step.tool, input: step.input }
  const own = tools.find((tool) => TOOL_NAMES[step.do].includes(tool.name) && !tool.freeform)
  if (own !== undefined) return { name: own.name, input: fillArguments(own.schema, argumentsOf(step)) }
  return patchCall(step, tools, results) ?? chooseShellCall(step, tools)
}

const TOOL_NAMES: Readonly<Record<Exclude<ToolStep['do'], 'call'>, readonly string[]>> = {
  read: ['Read', 'read', 'read_file'],
  edit: ['Edit', 'edit', 'replace'],
  write: ['Write', 'write', 'write_file'],
  shell: ['Bash', 'bash', 'run_shell_command', 'exec_command', 'shell_command', 'shell'],
}

/** How clients name the parameters of their tools. */
const PARAMETERS: Readonly<Record<string, keyof Arguments>> = {
  file_path: 'file',
  filePath: 'file',
  absolute_path: 'file',
  path: 'file',
  old_string: 'oldText',
  oldString: 'oldText',
  new_string: 'newText',
  newString: 'newText',
  content: 'content',
  command: 'command',
  cmd: 'command',
  description: 'reason',
  instruction: 'reason',
}

interface Arguments {
  readonly file?: string
  readonly oldText?: string
  readonly newText?: string
  readonly content?: string
  readonly command?: string
  readonly reason: string
}

function argumentsOf(step: ToolStep): Arguments {
  const reasons = { read: 'Read a file', edit: 'Edit a file', write: 'Write a file', shell: 'Run a command' }
  const { do: kind, ...rest } = step
  return { ...rest, reason: kind === 'call' ? '' : reasons[kind] }
}

function fillArguments(schema: LooseObject, values: Arguments): Record<string, unknown> {
  const required = listAt(schema, 'required')
  const filled = Object.entries(objectAt(schema, 'properties')).map(([name, property]) => {
    const role = PARAMETERS[name]
    const value = role === undefined ? undefined : values[role]
    if (value !== undefined) return [name, asDeclared(objectAt(property), value)] as const
    return [name, required.includes(name) ? valueFor(objectAt(property)) : undefined] as const
  })
  return Object.fromEntries(filled.filter(([, value]) => value !== undefined))
}

/** Some clients take a command as argv. */
function asDeclared(property: LooseObject, value: string): string | readonly string[] {
  return textAt(property, 'type')?.toLowerCase() === 'array' ? ['bash', '-lc', value] : value
}

function patchCall(
  step: ToolStep,
  tools: readonly OfferedTool[],
  results: readonly ToolResult[],
): ChosenCall | undefined {
  const tool = tools.find(({ name }) => name === 'apply_patch')
  if (tool === undefined || (step.do !== 'edit' && step.do !== 'write')) return undefined
  const patch = step.do === 'edit' ? updateFilePatch(step, results) : addFilePatch(step)
  return { name: tool.name, input: tool.freeform ? patch : { input: patch } }
}

/** The call that does this step in a shell, for clients without a tool of its own or with one that refuses. */
export function chooseShellCall(step: ToolStep, tools: readonly OfferedTool[]): ChosenCall | undefined {
  const tool = tools.find(({ name, freeform }) => TOOL_NAMES.shell.includes(name) && !freeform)
  const command = shellCommand(step)
  if (tool === undefined || command === undefined) return undefined
  return { name: tool.name, input: fillArguments(tool.schema, { command, reason: 'Run a command' }) }
}

const REPLACE_IN_FILE =
  "const fs=require('node:fs');const [f,o,n]=process.argv.slice(1);fs.writeFileSync(f,fs.readFileSync(f,'utf8').replace(o,()=>n))"

function shellCommand(step: ToolStep): string | undefined {
  if (step.do === 'read') return `cat ${quote(step.file)}`
  if (step.do === 'write') return `printf %s ${quote(step.content)} > ${quote(step.file)}`
  if (step.do === 'edit') {
    return ['node -e', ...[REPLACE_IN_FILE, step.file, step.oldText, step.newText].map(quote)].join(' ')
  }
  return undefined
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
