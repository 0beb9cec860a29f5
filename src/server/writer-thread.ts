import { serveWriter } from '../recording/ledger/index.ts'
import { PROJECTIONS } from './projections.ts'

// The one worker file: the ledger's writer over SQLite.
serveWriter(PROJECTIONS)
