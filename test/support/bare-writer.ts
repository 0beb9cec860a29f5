import { serveWriter } from '../../src/recording/ledger/index.ts'

serveWriter([])
