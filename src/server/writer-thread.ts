import { serveWriter } from '../recording/ledger/index.ts'
import { projectRun } from '../recording/runs/index.ts'

// The one worker file: the ledger's writer with the projections of every module.
serveWriter([projectRun])
