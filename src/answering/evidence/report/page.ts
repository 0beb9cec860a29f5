import type { GatheredRun } from '../gathered-run.ts'
import { grid } from './body.ts'
import { changes } from './changes.ts'
import { models, refusals, repositories, summary, task } from './happened.ts'
import { Html, html } from './html.ts'
import { type RunView, viewRun } from './run-view.ts'
import { toolCalls } from './tool-calls.ts'

/** The page for a person: one file without scripts or links to elsewhere; whatever was recorded is escaped. */
export function reportPage(gathered: GatheredRun): string {
  const view = viewRun(gathered)
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Agent run ${gathered.run}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1"><style>${STYLE}</style></head><body><main>
<h1>Agent run <code>${gathered.run}</code></h1>
${summary(view)}
<h2>Task</h2>${task(view)}
<h2>Repositories before</h2>${repositories(view)}
<h2>Models</h2>${models(view)}
<h2>Changes</h2>${changes(view)}
<h2>Tool calls</h2>${toolCalls(view)}
${refusals(view)}
<h2>What was and was not observed</h2>${coverage(view)}
<h2>How to verify</h2>${howToVerify(view)}
</main></body></html>
`.text
}

function coverage({ record }: RunView): Html {
  const channels = Object.entries(record.coverage.channels)
  const { gaps } = record.coverage
  return html`${grid(
    ['Channel', 'State', 'Events'],
    channels.map(([name, { state, events }]) => [name, state, events]),
  )}${
    gaps.length === 0
      ? html`<p>Nothing is known to be missing.</p>`
      : html`<p>Known to be missing:</p>${grid(
          ['What', 'Times'],
          gaps.map(({ code, count }) => [code, count]),
        )}`
  }`
}

function howToVerify({ gathered, record }: RunView): Html {
  const { origin, size } = gathered.checkpoint
  return html`<p>This page is a reading aid; what counts is signed. ${record.entries.count} events are sealed under the
Merkle root <code>${record.entries.root}</code> and are in the log <code>${origin}</code> of ${size} entries.</p>
<pre>custody verify BUNDLE.zip --key '${gathered.vkey}'</pre>
<p>Take the key from somewhere other than this bundle. README.txt shows how to check without Custody.</p>`
}

const STYLE = new Html(`
body { font: 15px/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff; margin: 0 }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem }
h1 { font-size: 1.4rem } h2 { font-size: 1.15rem; margin-top: 2rem; border-bottom: 1px solid #ccc }
h3 { font-size: 1rem; margin: 1rem 0 0 } h1 code { font-size: inherit }
table { border-collapse: collapse; width: 100%; font-size: .9rem }
th, td { text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid #e5e5e5; overflow-wrap: anywhere }
.facts th { width: 14rem; font-weight: 600 }
pre { background: #f6f6f4; padding: .6rem; overflow-x: auto; font-size: .8rem; white-space: pre-wrap; overflow-wrap: anywhere }
.absent { color: #666; font-style: italic } .calls p { margin: 0 }
thead th { white-space: nowrap; overflow-wrap: normal }
@media print { main { padding: 0 } pre { border: 1px solid #ccc } h2, h3 { break-after: avoid } tr { break-inside: avoid } }
`)
