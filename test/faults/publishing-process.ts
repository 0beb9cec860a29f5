import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { LogPublisher, ledgerSource, openLedgerKeys } from '../../src/recording/ledger/index.ts'
import { BareLedger, draft } from '../support/bare-ledger.ts'

/*
 * Appends and publishes as fast as it can until it is killed: `node publishing-process.ts DIRECTORY`. Each checkpoint
 * that is visible is noted in DIRECTORY/seen after the fact.
 */
const [directory = ''] = process.argv.slice(2)
const bare = new BareLedger(directory)
const ledger = await bare.start()
const publisher = await LogPublisher.open({
  source: ledgerSource(ledger),
  vkey: (await openLedgerKeys(join(directory, 'keys'))).log.vkey,
  directory: join(directory, 'log'),
  temporary: join(directory, 'log-tmp'),
})
process.send?.('ready')
for (;;) {
  const count = 1 + Math.floor(Math.random() * 300)
  await ledger.appendAll(Array.from({ length: count }, () => draft('recording.gap')))
  await publisher.publish()
  appendFileSync(join(directory, 'seen'), `${publisher.state.size}\n`)
}
