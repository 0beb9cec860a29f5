import type { Custody } from './custody.ts'

const VERIFICATION_FAILED = 6

export interface FailedCheck {
  readonly name: string
  readonly detail: string
}

/** What `custody verify` prints for a person. Rejects when the bundle does not verify. */
export async function acceptBundle(custody: Custody, bundle: string, vkey: string): Promise<string> {
  const { exitCode, stdout, stderr } = await custody.call(['verify', bundle, '--key', vkey])
  if (exitCode === 0) return stdout
  throw new Error(`the bundle does not verify\n${stdout}${stderr}`)
}

/** The checks that failed. Rejects when `custody verify` takes the bundle for good. */
export async function refuseBundle(
  custody: Custody,
  bundle: string,
  vkey: string,
): Promise<readonly FailedCheck[]> {
  const { stdout } = await custody.expect(VERIFICATION_FAILED, ['verify', bundle, '--key', vkey, '--json'])
  const { checks } = JSON.parse(stdout) as {
    checks: Readonly<Record<string, { readonly status: string; readonly detail: string }>>
  }
  const failed = Object.entries(checks)
    .filter(([, { status }]) => status === 'failed')
    .map(([name, { detail }]) => ({ name, detail }))
  if (failed.length > 0) return failed
  throw new Error('verification failed without a failed check')
}
