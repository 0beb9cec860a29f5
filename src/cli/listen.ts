import { isLoopback, type ListenAddress, parseListenAddress } from '../server/index.ts'
import { cliFailures } from './failures.ts'

/** Reads `HOST:PORT`; only an address of this machine is taken unless a TLS proxy stands in front. */
export function parseListen(text: string, behindProxy: boolean): ListenAddress {
  const address = parseListenAddress(text)
  if (address === undefined) {
    throw cliFailures.create('option-invalid', '--listen takes HOST:PORT, such as 127.0.0.1:4880.')
  }
  if (isLoopback(address.host) || behindProxy) return address
  throw cliFailures.create(
    'option-invalid',
    '--listen names an address that other machines reach; set behindProxy: true in custody.yaml when a TLS proxy stands in front.',
  )
}
