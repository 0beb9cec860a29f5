const WITH_SCHEME = /^([a-z][a-z0-9+.-]*:\/\/)([^/?#]*)([^?#]*)/i
const WITH_HELPER = /^([a-z0-9+.-]+)::(.*)$/is
const HOST_AND_PORT = /^(\[[0-9a-f:.]*\]|[^:@]*)(:\d*)?$/i

/**
 * A remote's address without what may be a secret: user, password, query and fragment. Where an address cannot be
 * understood, everything after its scheme is replaced by `redacted`.
 */
export function withoutCredentials(url: string): string {
  const helper = WITH_HELPER.exec(url)
  if (helper)
    return `${helper[1]}::${WITH_SCHEME.test(helper[2] ?? '') ? withoutCredentials(helper[2] ?? '') : 'redacted'}`
  const parts = WITH_SCHEME.exec(url)
  return parts ? schemeUrl(parts[1] ?? '', parts[2] ?? '', parts[3] ?? '') : scpOrPath(url)
}

function schemeUrl(scheme: string, authority: string, path: string): string {
  const host = authority.slice(authority.lastIndexOf('@') + 1)
  // "https://user:pa/ss@host": an unescaped slash in a password would leave half of it in the path.
  const isClear = HOST_AND_PORT.test(host) && !(path.includes('@') && host.includes(':'))
  return isClear ? scheme + host + path : `${scheme}redacted`
}

function scpOrPath(url: string): string {
  if (/^([./~]|[a-z]:[\\/])/i.test(url)) return url
  if (url.includes('://')) return 'redacted'
  const slash = url.indexOf('/')
  const start = slash === -1 ? url : url.slice(0, slash)
  return url.slice(start.lastIndexOf('@') + 1)
}
