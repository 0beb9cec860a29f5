import { logFilesAt } from '../../src/recording/log-files/index.ts'
import { nodeCrypto } from '../../src/recording/node-crypto/index.ts'
import { verifyLog } from '../../src/recording/verify/index.ts'

// Verifies the log of the command line and says how long that took and how much memory the process ever had.
const [directory = '', vkey = ''] = process.argv.slice(2)
const startedMs = performance.now()
const { ok } = await verifyLog(logFilesAt(directory), { crypto: nodeCrypto, vkeys: [vkey] })
const seconds = (performance.now() - startedMs) / 1000
console.log(JSON.stringify({ ok, seconds, maxRssMegabytes: process.resourceUsage().maxRSS / 1024 }))
