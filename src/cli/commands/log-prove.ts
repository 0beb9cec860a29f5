import { writeFile } from 'node:fs/promises'
import { nodeCrypto } from '../../recording/node-crypto/index.ts'
import {
  createMerkle,
  formatTlogProof,
  type HeadTrust,
  readSignedHead,
} from '../../recording/verify/index.ts'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import { cliFailures } from '../failures.ts'
import { logTrust } from '../log-keys.ts'

interface Given {
  readonly arguments: readonly string[]
  readonly options: { readonly out?: string; readonly data?: string }
}

interface Answer {
  readonly index: number
  readonly size: number
  readonly leafHash: string
  readonly hashes: readonly string[]
  readonly checkpoint: string
}

export async function run(context: Context, { arguments: [index = ''], options }: Given): Promise<number> {
  if (!/^(0|[1-9][0-9]{0,14})$/.test(index)) {
    throw cliFailures.create('option-invalid', 'INDEX is the number of an entry: 0, 1, 2, …')
  }
  await using connection = await connect(context, options.data)
  const answer = await connection.client.get<Answer>(`/v1/log/proof/inclusion/${index}`)
  checkProof(answer, await logTrust(connection.client, connection.vkey))
  const out = options.out ?? ''
  const proof = { index: answer.index, hashes: answer.hashes.map(fromBase64), checkpoint: answer.checkpoint }
  await writeFile(out, formatTlogProof(proof)).catch((cause: unknown) => {
    throw cliFailures.create(
      'file-unwritable',
      `${out} cannot be written; choose another place with --out.`,
      {
        cause,
      },
    )
  })
  const { size, leafHash } = answer
  if (context.json) context.print(JSON.stringify({ file: out, index: answer.index, size, leafHash }))
  else context.print(`${out}: entry ${index} is in the log of ${size} entries`)
  return 0
}

/** A proof that does not hold is not handed on. */
function checkProof({ index, size, leafHash, hashes, checkpoint }: Answer, trust: HeadTrust): void {
  const head = readSignedHead(Buffer.from(checkpoint), { ...trust, name: 'the checkpoint' })
  const claim = { index, size, leafHash: fromBase64(leafHash), proof: hashes.map(fromBase64) }
  const root = head.problems.length === 0 ? head.checkpoint?.root : undefined
  const holds = root !== undefined && createMerkle(nodeCrypto.sha256).verifyInclusion({ ...claim, root })
  if (!holds || head.checkpoint?.size !== size) {
    throw cliFailures.create(
      'server-answer',
      'The server gave a proof that does not hold; check its ledger with "custody log fsck".',
    )
  }
}

function fromBase64(text: string): Uint8Array {
  return Buffer.from(text, 'base64')
}
