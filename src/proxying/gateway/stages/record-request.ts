import type { Observation, OpenRun } from '../../../recording/runs/index.ts'
import type { Body, NamedPieces } from '../../../recording/vault/index.ts'
import type { Call, GatewayDeps } from '../call.ts'
import { type Refusal, refuse } from '../refusal.ts'
import { encodeSkeleton, mergePieces, type PieceName, pieceValues, type SplitBody } from '../split/index.ts'
import { toolResults } from '../wire/index.ts'

/** More new parts than this would not fit into one entry; neighbouring pieces are joined instead. */
const MAX_NEW_PIECES = 200

/** Makes the request durable. Only then may anything leave; when it cannot be recorded, nothing does. */
export async function recordRequest(call: Call, { runs, report }: GatewayDeps): Promise<Refusal | undefined> {
  const { run, split } = call
  if (run === undefined || split === undefined) throw new Error('recorded before it was identified and split')
  const { body, named } = nameByNumber(run, split)
  try {
    await runs.record(run, [requested(call, run, { body, named }), ...returnedTools(call, run, named)])
  } catch (error) {
    report(call.id, error)
    return refuse('not-recorded', "It could not be recorded; the server's log says why. Nothing was sent.")
  }
  named.stored()
  call.requested = true
  return undefined
}

function nameByNumber(run: OpenRun, split: SplitBody): { body: SplitBody; named: NamedPieces } {
  const named = run.pieces.name(split.pieces)
  if (named.fresh.length <= MAX_NEW_PIECES) return { body: split, named }
  const merged = mergePieces(split, MAX_NEW_PIECES)
  return { body: merged, named: run.pieces.name(merged.pieces) }
}

function requested(
  call: Call,
  run: OpenRun,
  { body, named }: { readonly body: SplitBody; readonly named: NamedPieces },
): Observation {
  const { endpoint, facts } = call
  const skeleton = encodeSkeleton(body.layout, named.names as PieceName[])
  const bodies: Record<string, Body> = {
    request: { type: 'application/vnd.custody.skeleton+json', body: skeleton },
  }
  for (const piece of named.fresh) bodies[piece.name] = { type: 'application/json', body: piece.body }
  return {
    kind: 'model.requested',
    actor: run.agent,
    data: {
      call: call.id,
      vendor: endpoint.vendor,
      protocol: endpoint.protocol,
      purpose: endpoint.kind,
      stream: facts?.stream ?? false,
      ...(facts?.model === undefined ? {} : { model: facts.model }),
      parameters: { ...facts?.parameters, ...headerParameters(call) },
      bytes: call.body?.byteLength ?? 0,
      pieces: named.names.length,
    },
    bodies,
  }
}

/** Headers that change what the vendor does, or say which client spoke. */
const RECORDED_HEADERS = ['anthropic-version', 'anthropic-beta', 'openai-beta', 'user-agent'] as const
/** Identifiers and lists of them; anything that could be prose stays out of the ledger. */
const NOT_IDENTIFIER = /[^\w.,;:/()=+*-]+/g

function headerParameters({ request }: Call): Record<string, string> {
  const parameters: Record<string, string> = {}
  for (const name of RECORDED_HEADERS) {
    const value = request.headers[name]
    if (typeof value === 'string')
      parameters[`header.${name}`] = value.replace(NOT_IDENTIFIER, '_').slice(0, 300)
  }
  return parameters
}

/** Tool results arrive as pieces of the next request; each is recorded with the piece that holds it. */
function returnedTools(call: Call, run: OpenRun, named: NamedPieces): Observation[] {
  const observations: Observation[] = []
  for (const piece of named.fresh) {
    for (const value of pieceValues(Buffer.from(piece.body))) {
      for (const { toolCall, isError } of toolResults(call.endpoint, value)) {
        const data = { toolCall, request: call.id, resultPart: piece.name, channels: ['gateway'] }
        observations.push({
          kind: 'tool.returned',
          actor: run.agent,
          data: isError === undefined ? data : { ...data, isError },
        })
      }
    }
  }
  return observations
}
