import { type Complaint, type Field, worded } from '../../governing/documents/index.ts'

/** Where the server listens; port 0 lets the system choose. */
export interface ListenAddress {
  readonly host: string
  readonly port: number
}

/** `HOST:PORT`, an IPv6 host in brackets. */
export function listenAddress(): Field<ListenAddress> {
  return worded('HOST:PORT, such as 127.0.0.1:4880', parseListenAddress)
}

/** The address in `HOST:PORT`, or undefined when it is not one. */
export function parseListenAddress(words: string): ListenAddress | undefined {
  const [, bracketed, plain, digits = ''] = /^(?:\[([0-9a-fA-F:.]+)\]|([\w.-]+)):(\d{1,5})$/.exec(words) ?? []
  const host = bracketed ?? plain
  const port = Number(digits)
  if (host === undefined || port > 65_535) return undefined
  return bracketed === undefined || URL.canParse(`http://[${bracketed}]`) ? { host, port } : undefined
}

/** True for hosts that only this machine reaches. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1' || host === '[::1]') return true
  return /^127(\.\d{1,3}){3}$/.test(host)
}

/** An https address without credentials, query or fragment, as text without a slash at its end; http on loopback. */
export function upstreamUrl(): Field<string> {
  return worded('an https address such as https://api.example.com', parseUpstream, explainUpstream)
}

function parseUpstream(words: string): string | undefined {
  const url = URL.parse(words)
  if (url === null || complaintAbout(url) !== undefined) return undefined
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '')
}

function explainUpstream(words: string): Complaint | undefined {
  const url = URL.parse(words)
  return url === null ? undefined : complaintAbout(url)
}

// No complaint quotes the address, since it may hold a password.
function complaintAbout(url: URL): Complaint | undefined {
  if (url.username !== '' || url.password !== '') {
    return {
      message: 'An address cannot hold a user name or password.',
      suggestion: 'write the key as key: env:NAME',
    }
  }
  if (url.search !== '' || url.hash !== '')
    return { message: 'An address cannot hold a query or a fragment.' }
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))) return undefined
  return {
    message: 'Only https leaves this machine; http is for loopback addresses.',
    suggestion: 'write https://…',
  }
}
