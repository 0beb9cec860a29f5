import { nodeCrypto } from '../../src/recording/node-crypto/index.ts'
import { parseVkey } from '../../src/recording/verify/index.ts'
import { startWitnessServer } from '../../src/server/witness-server.ts'

/** A witness in a process of its own: its directory, and the log it watches. Prints where it listens. */
const [directory = '', log = ''] = process.argv.slice(2)
const vkey = parseVkey(nodeCrypto.sha256, log)
if (vkey === undefined) throw new Error('the log key is malformed')
const { url } = await startWitnessServer({ directory, host: '127.0.0.1', port: 0, logs: [vkey] })
console.log(url)
