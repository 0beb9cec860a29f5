import { BareLedger, draft, newRun } from '../support/bare-ledger.ts'

// One of several servers of one ledger: appends to a run of its own without pause, in the given directory and database,
// and prints the id and index of every event when it is acknowledged.
const [directory = '', url = ''] = process.argv.slice(2)
const bare = new BareLedger(directory, { engine: 'postgres', url })
const ledger = await bare.start()
const run = newRun()
await ledger.append(draft('run.opened', { run }))

async function produce(): Promise<void> {
  for (;;) {
    const event = draft('tool.called', { run })
    const { index } = await ledger.append(event)
    process.stdout.write(`${event.id} ${index}\n`)
  }
}

await Promise.all(Array.from({ length: 4 }, produce))
