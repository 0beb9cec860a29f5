/** Where somebody goes after signing in when nothing else was asked for. */
export const HOME = '/signed-in'

/**
 * The page to go to after signing in: a path of this server, whatever was asked for. Whatever a browser could take for
 * the address of another one becomes `HOME`.
 */
export function safeTarget(asked: string | undefined): string {
  // Browsers read a backslash as a slash, and drop tabs and line ends before they look.
  if (asked === undefined || asked.length > 2000 || !/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(asked))
    return HOME
  const url = URL.parse(asked, NOWHERE)
  if (url === null || url.origin !== NOWHERE) return HOME
  const path = `${url.pathname}${url.search}${url.hash}`
  // Dots may have been resolved to a second slash.
  return path.startsWith('//') ? HOME : path
}

const NOWHERE = 'http://nowhere.invalid'
