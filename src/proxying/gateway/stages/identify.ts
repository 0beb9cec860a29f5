import type { OpenRun } from '../../../recording/runs/index.ts'
import type { Call, GatewayDeps } from '../call.ts'
import { type Refusal, refuse } from '../refusal.ts'

const START_AGAIN = 'Start the agent again with "custody run".'

/** Finds the open run behind the credential. No call without a run: nothing else of the request is looked at before. */
export async function identify(call: Call, { identity, runs }: GatewayDeps): Promise<Refusal | undefined> {
  const token = credentialOf(call)
  if (token === undefined) return refuse('no-credential', `It carries no run token. ${START_AGAIN}`)
  const check = await identity.checkRunToken(token)
  switch (check.state) {
    case 'malformed':
    case 'foreign':
      return refuse('unknown-token', `Its key is not a run token of this server. ${START_AGAIN}`)
    case 'expired':
      // An open run can tell of the refusal in its record.
      takeRun(call, runs.find(check.run))
      return refuse('token-expired', `Its run token has expired. ${START_AGAIN}`)
    case 'valid': {
      const run = runs.find(check.run)
      if (run === undefined) return refuse('run-ended', `Its run has ended. ${START_AGAIN}`)
      takeRun(call, run)
      return undefined
    }
  }
}

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
