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
    `  models    ${run.modelCalls} calls, ${run.inputTokens} tokens in, ${run.outputTokens} out, ${cost}${unpriced}`,
    `  tools     ${run.toolCalls} calls${run.refusedCalls > 0 ? `; ${run.refusedCalls} model calls refused` : ''}`,
    ...run.changes.map(
      (change) =>
        `  change    repository ${change.repository}: ${change.commits.length} commits, ${change.files} files${
          change.dirty > 0 ? `, ${change.dirty} left uncommitted` : ''
        }${change.head === undefined ? '' : `, head ${change.head.slice(0, 12)}`}`,
    ),
    ...(coverage === undefined ? [] : [`  coverage  ${coverageText(coverage)}`]),
  ]
}

function statusText({ status, exitCode, durationMs }: RunSummary, colours: Context['colours']): string {
  const time = durationMs === undefined ? '' : ` after ${(durationMs / 1000).toFixed(1)} s`
  if (status === 'open') return colours.cyan('open')
  if (status === 'abandoned') return colours.yellow(`abandoned${time}`)
  const text = `closed${time}, exit code ${exitCode ?? '?'}`
  return exitCode === 0 ? colours.green(text) : colours.red(text)
}

/** What was watched, what was not, and what is known to be missing. */
export function coverageText({ verdict, channels, gaps }: NonNullable<RunSummary['coverage']>): string {
  const states = Object.entries(channels).map(([channel, { state }]) => `${channel} ${state}`)
  const missing = gaps.map(({ code, count }) => `${code} ×${count}`)
  return `${verdict} (${states.join(', ')})${missing.length === 0 ? '' : `; missing: ${missing.join(', ')}`}`
}
