import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

import { createLedgerKeys, openLedgerKeys } from '../src/recording/ledger/index.ts'
import { nodeCrypto } from '../src/recording/node-crypto/index.ts'
import {
  checkpointText,
  createMerkle,
  encodeBundle,
  type HashTile,
  signedNote,
  TileTree,
  tilePath,
} from '../src/recording/verify/index.ts'
import { median, type Result } from './result.ts'
import { withScratch } from './scratch.ts'

const ENTRIES = 1_000_000
const ENTRY_BYTES = 300
const ROUNDS = 3
const TARGET = { seconds: 20, megabytes: 150 }

const merkle = createMerkle(nodeCrypto.sha256)

/** What the verifying process says of itself. */
interface Verified {
  readonly ok: boolean
  readonly seconds: number
  readonly maxRssMegabytes: number
}

/** `custody verify LOG-DIR` of a log of a million entries, in a process of its own. */
export function verifyLogFigure(): Promise<Result> {
  return withScratch(async (directory) => {
    const vkey = await writeLog(join(directory, 'log'), directory)
    const rounds: Verified[] = []
    while (rounds.length < ROUNDS) rounds.push(await verifyInChild(join(directory, 'log'), vkey))
    if (!rounds.every(({ ok }) => ok)) throw new Error('the log does not verify')
    const seconds = median(rounds.map((round) => round.seconds))
    const megabytes = median(rounds.map((round) => round.maxRssMegabytes))
    return toResult(seconds, megabytes)
  })
}

function toResult(seconds: number, megabytes: number): Result {
  const [time, memory] = [`${seconds.toFixed(1)} s`, `${megabytes.toFixed(0)} MB`]
  const title = `Verifying a log of ${ENTRIES.toLocaleString('en')} entries of ${ENTRY_BYTES} bytes (medians of ${ROUNDS})`
  return {
    title,
    columns: ['', 'time', 'entries/s', 'max RSS'],
    rows: [['custody verify LOG-DIR', time, Math.round(ENTRIES / seconds).toLocaleString('en'), memory]],
    targets: [
      { what: 'time', measured: time, target: `< ${TARGET.seconds} s`, met: seconds < TARGET.seconds },
      {
        what: 'memory',
        measured: memory,
        target: `< ${TARGET.megabytes} MB`,
        met: megabytes < TARGET.megabytes,
      },
    ],
  }
}

/** Writes a log without syncing anything: only what a verifier reads counts here. Gives its vkey. */
async function writeLog(log: string, scratch: string): Promise<string> {
  await createLedgerKeys(join(scratch, 'keys'), 'bench.local/log')
  const { log: signer } = await openLedgerKeys(join(scratch, 'keys'))
  const tree = new TileTree(merkle)
  while (tree.size < ENTRIES) {
    const number = Math.floor(tree.size / 256)
    const entries = Array.from({ length: Math.min(256, ENTRIES - tree.size) }, (_, i) =>
      entryOf(number * 256 + i),
    )
    put(log, tilePath({ level: 'entries', number, width: entries.length }), encodeBundle(entries))
    for (const entry of entries) for (const tile of tree.append(merkle.leafHash(entry))) putTile(log, tile)
  }
  for (const tile of tree.partials()) putTile(log, tile)
  const { vkey, vkeyText } = signer
  const text = checkpointText({ origin: vkey.name, size: tree.size, root: tree.root() })
  const note = signedNote(text, await signer.signaturesOn(text, tree.size, []))
  put(log, 'checkpoint', Buffer.from(note))
  return vkeyText
}

function entryOf(index: number): Uint8Array {
  return Buffer.alloc(ENTRY_BYTES, `{"index":${index},"kind":"model.responded"}`)
}

function putTile(log: string, { level, number, hashes }: HashTile): void {
  put(log, tilePath({ level, number, width: hashes.length }), Buffer.concat(hashes))
}

function put(log: string, path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(join(log, path)), { recursive: true })
  writeFileSync(join(log, path), bytes)
}

async function verifyInChild(log: string, vkey: string): Promise<Verified> {
  const program = new URL('./processes/verify-log.ts', import.meta.url).pathname
  const { stdout } = await promisify(execFile)(process.execPath, [program, log, vkey])
  return JSON.parse(stdout) as Verified
}
