import module from 'node:module'
import { workerData } from 'node:worker_threads'

// The one worker file: the ledger's writer with the projections of every module. The main thread's cache of compiled
// code does not reach into this one by itself, and starting without it takes twice as long.
const { codeCache } = workerData as { readonly codeCache?: string }
if (codeCache !== undefined) module.enableCompileCache(codeCache)
const { serveWriter } = await import('../recording/ledger/index.ts')
const { PROJECTIONS } = await import('./projections.ts')
serveWriter(PROJECTIONS)
