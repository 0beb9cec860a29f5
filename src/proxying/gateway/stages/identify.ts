import type { OpenRun } from '../../../recording/runs/index.ts'
import type { Call, GatewayDeps } from '../call.ts'
import { type Refusal, refuse } from '../refusal.ts'

const START_AGAIN = 'Start the agent again with "custody run".'

/** Finds the open run behind the credential. No call without a run: nothing else of the request is looked at before. */
export async function identify(call: Call, { identity, runs }: GatewayDeps): Promise<Refusal | undefined> {
  const token = credentialOf(call)
  if (token === undefined) return refuse('no-credential', `It carries no run token. ${START_AGAIN}`)
  const authority = await identity.callAuthority(token)
  if (!('run' in authority)) {
    return refuse('unknown-token', `Its key is not a run token of this server. ${START_AGAIN}`)
  }
  const run = await runs.find(authority.run)
  // An open run can tell of a refusal in its record.
  takeRun(call, run)
  switch (authority.state) {
    case 'valid':
      return run === undefined ? refuse('run-ended', `Its run has ended. ${START_AGAIN}`) : undefined
    case 'expired':
      return refuse('token-expired', `Its run token has expired. ${START_AGAIN}`)
    case 'not-permitted':
      return refuse('sponsor-not-permitted', NOT_PERMITTED)
    case 'revoked':
      return authority.reason === 'run-stopped'
        ? refuse('run-stopped', `Somebody stopped this run. ${START_AGAIN}`)
        : refuse('sponsor-inactive', INACTIVE)
  }
}

const INACTIVE =
  'The person who answers for this run is no longer active in Custody, so the run was stopped. Somebody else has to sponsor a new one.'
const NOT_PERMITTED =
  'The person who answers for this run may no longer sponsor runs of its workflow; ask an administrator of Custody.'

function takeRun(call: Call, run: OpenRun | undefined): void {
  if (run !== undefined) call.run = run
}

/** Clients put their key in one of four places; the same token is taken from any of them. */
function credentialOf({ request, query }: Call): string | undefined {
  const { headers } = request
  const bearer = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1]
  return (
    first(headers['x-api-key']) ?? bearer ?? first(headers['x-goog-api-key']) ?? query.get('key') ?? undefined
  )
}

function first(value: string | string[] | undefined): string | undefined {
  const text = Array.isArray(value) ? value[0] : value
  return text === '' ? undefined : text
}
