import type { RunSummary } from '../server/index.ts'
import type { Context } from './context.ts'

/** A run in a few lines for a person. */
export function summaryLines(run: RunSummary, colours: Context['colours']): string[] {
  const { sponsor, agent, coverage } = run
  const cost = run.costUsd === undefined ? 'cost unknown' : `${run.costUsd} USD`
  const unpriced = run.unpricedCalls > 0 ? `, ${run.unpricedCalls} calls without a known price` : ''
  return [
    `${colours.bold(run.run)}  ${statusText(run, colours)}`,
    `  sponsor   ${sponsor.name} <${sponsor.email}>, workflow ${run.workflow}`,
    `  agent     ${agent.kind}${agent.version === undefined ? '' : ` ${agent.version}`}`,
    `  models    ${counted(run.modelCalls, 'call')}, ${run.inputTokens} tokens in, ${run.outputTokens} out, ${cost}${unpriced}`,
    `  tools     ${counted(run.toolCalls, 'call')}${run.refusedCalls > 0 ? `; ${counted(run.refusedCalls, 'model call')} refused` : ''}`,
    ...run.changes.map((change) => `  change    ${changeText(change, run.changes.length > 1)}`),
    ...(coverage === undefined ? [] : [`  coverage  ${coverageText(coverage)}`]),
  ]
}

/** How much of the run was recorded, and what of it is kept. */
export function recordText({ bytes, erasedBy }: RunSummary): string {
  if (erasedBy !== undefined) return `bodies erased by entry ${erasedBy} of the log`
  return `${sizeText(bytes.raw)} recorded, ${sizeText(bytes.stored)} kept`
}

/** `812 bytes`, `45.1 kB`, `3.2 MB`. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return counted(bytes, 'byte')
  const units = ['kB', 'MB', 'GB', 'TB']
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3))
  return `${(bytes / 1000 ** power).toFixed(1)} ${units[power - 1]}`
}

function changeText(change: RunSummary['changes'][number], isOneOfMany: boolean): string {
  const { repository, commits, files, dirty, head } = change
  const where = isOneOfMany ? `repository ${repository}: ` : ''
  const left = dirty > 0 ? `, ${counted(dirty, 'file')} left uncommitted` : ''
  const top = head === undefined ? '' : `, head ${head.slice(0, 12)}`
  return `${where}${counted(commits.length, 'commit')}, ${counted(files, 'file')} changed${left}${top}`
}

/** `1 commit`, `2 commits`. */
export function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

function statusText({ status, exitCode, durationMs }: RunSummary, colours: Context['colours']): string {
  const time = durationMs === undefined ? '' : ` after ${(durationMs / 1000).toFixed(1)} s`
  if (status === 'open') return colours.cyan('open')
  if (status === 'abandoned') return colours.yellow(`abandoned${time}`)
  const text = `closed${time}, exit code ${exitCode ?? '?'}`
  return exitCode === 0 ? colours.green(text) : colours.red(text)
}

/** What was watched, what was not, and what is known to be missing. */
function coverageText({ verdict, channels, gaps }: NonNullable<RunSummary['coverage']>): string {
  const named = Object.entries(channels)
  const watching = named.flatMap(([channel, { state }]) =>
    state === 'absent' ? [] : [state === 'partial' ? `${channel} (partly)` : channel],
  )
  const absent = named.flatMap(([channel, { state }]) => (state === 'absent' ? [channel] : []))
  const missing = gaps.map(({ code, count }) => `${code} ×${count}`).join(', ')
  return [
    `watched by ${watching.join(', ') || 'nothing'}`,
    ...(absent.length === 0 ? [] : [`not by ${absent.join(', ')}`]),
    verdict === 'complete' ? 'no gap in what was watched' : `missing: ${missing}`,
  ].join('; ')
}
