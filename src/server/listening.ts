import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serverFailures } from './failures.ts'

/** Listens and gives the URL, with the port the system chose for 0; throws `server.port-in-use` or `server.address-refused`. */
export function listen(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const address = `${host}:${port}`
      reject(
        cause.code === 'EADDRINUSE'
          ? serverFailures.create(
              'port-in-use',
              `${address} is taken; choose another with --listen HOST:PORT.`,
              { cause },
            )
          : serverFailures.create('address-refused', `${address} cannot be listened on (${cause.code}).`, {
              cause,
            }),
      )
    })
    server.listen({ host, port }, () => {
      const { address, family, port: actual } = server.address() as AddressInfo
      resolve(`http://${family === 'IPv6' ? `[${address}]` : address}:${actual}`)
    })
  })
}
