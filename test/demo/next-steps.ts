export interface Finished {
  readonly seconds: number
  /** The checkout, where the product's command is. */
  readonly source: string
  /** The temporary folder, if it was kept. */
  readonly kept?: string
}

/** What the demo says at its end. */
export function nextSteps({ seconds, source, kept }: Finished): string {
  const left =
    kept === undefined
      ? 'Nothing of it is left; --keep would have kept the evidence.'
      : `The evidence is ${kept}/evidence.zip; unpack it and open report.html. Remove ${kept} when you have seen enough.`
  return `That took ${seconds.toFixed(1)} s. ${left}

Try it with an agent of yours, in a repository of yours, with your own key:

    alias custody="${source}/node_modules/.bin/node ${source}/bin/custody"
    custody init --person 'Your Name <you@example.com>'
    export ANTHROPIC_API_KEY=…
    custody run --workflow code-change --task 'Update one dependency' -- claude -p 'Update one dependency'
    custody runs
    custody show RUN
    custody evidence RUN --out run.zip
    custody verify run.zip`
}
