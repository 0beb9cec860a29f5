import { hash } from 'node:crypto'
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs'
import { availableParallelism, cpus, type } from 'node:os'
import { join } from 'node:path'
import { median, percentile } from './result.ts'
import { withScratch } from './scratch.ts'

/** What a figure depends on; published with every figure. */
export interface Machine {
  readonly cores: number
  readonly processor: string
  readonly system: string
  readonly node: string
  /** How long this disk takes for a 4 KiB append and `fdatasync`. */
  readonly syncMs: { readonly p50: number; readonly p99: number }
  /** CPU time of one SHA-256 over 1 KiB: tells how fast a core is at this moment, with whatever else runs on it. */
  readonly sha256Us: number
}

const SYNCS = 500
const HASHES = 100_000

export async function describeMachine(): Promise<Machine> {
  const times = await withScratch((directory) => Promise.resolve(timeSyncs(join(directory, 'sync'))))
  return {
    cores: availableParallelism(),
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    system: type(),
    node: process.version,
    sha256Us: timeHashes(),
    syncMs: { p50: median(times), p99: percentile(times, 0.99) },
  }
}

export function machineLine({ cores, processor, system, node, syncMs, sha256Us }: Machine): string {
  return `${cores} cores (${processor}), ${system}, Node ${node}, fdatasync p50 ${syncMs.p50.toFixed(2)} ms p99 ${syncMs.p99.toFixed(2)} ms, SHA-256 of 1 KiB ${sha256Us.toFixed(2)} us`
}

function timeHashes(): number {
  const block = Buffer.alloc(1024, 1)
  const started = process.cpuUsage()
  for (let i = 0; i < HASHES; i++) hash('sha256', block, 'buffer')
  const { user, system } = process.cpuUsage(started)
  return (user + system) / HASHES
}

function timeSyncs(path: string): number[] {
  const file = openSync(path, 'a')
  const block = Buffer.alloc(4096, 1)
  try {
    return Array.from({ length: SYNCS }, () => {
      const startedMs = performance.now()
      writeSync(file, block)
      fdatasyncSync(file)
      return performance.now() - startedMs
    })
  } finally {
    closeSync(file)
  }
}
