/** What a commit says about a person. Nobody checked it: git writes whatever it is told. */
export interface ClaimedPerson {
  readonly name: string
  readonly email: string
  /** ISO 8601 with the offset claimed; absent when unreadable. */
  readonly date?: string
}

export interface CommitObject {
  readonly tree: string
  readonly parents: readonly string[]
  readonly author: ClaimedPerson
  readonly committer: ClaimedPerson
  readonly subject: string
}

const PERSON = /^(.*?) ?<([^>]*)> ?(-?\d+)? ?([+-]\d{4})?$/
const LAST_SECOND = 253_402_300_799
const MAX_TEXT = 500

/** Reads the bytes of a commit object. Bytes that are not UTF-8 become replacement characters; texts end at 500. */
export function parseCommit(body: Buffer): CommitObject {
  const text = body.toString('utf8')
  const headerEnd = text.indexOf('\n\n')
  const headers = (headerEnd === -1 ? text : text.slice(0, headerEnd)).split('\n')
  const message = headerEnd === -1 ? '' : text.slice(headerEnd + 2)
  return {
    tree: valuesOf(headers, 'tree')[0] ?? '',
    parents: valuesOf(headers, 'parent'),
    author: parsePerson(valuesOf(headers, 'author')[0] ?? ''),
    committer: parsePerson(valuesOf(headers, 'committer')[0] ?? ''),
    subject: cut(message.trimStart().split('\n', 1)[0] ?? ''),
  }
}

function valuesOf(headers: readonly string[], name: string): readonly string[] {
  return headers.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1))
}

function parsePerson(line: string): ClaimedPerson {
  const [, name = '', email = '', seconds, offset = '+0000'] = PERSON.exec(line) ?? []
  const date = seconds === undefined ? undefined : isoDate(Number(seconds), offset)
  return { name: cut(name), email: cut(email), ...(date === undefined ? {} : { date }) }
}

function isoDate(seconds: number, offset: string): string | undefined {
  if (seconds < 0 || seconds > LAST_SECOND) return undefined
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(3))
  const local = new Date((seconds + (offset.startsWith('-') ? -minutes : minutes) * 60) * 1000)
  return Number.isNaN(local.getTime())
    ? undefined
    : `${local.toISOString().slice(0, -5)}${offset.slice(0, 3)}:${offset.slice(3)}`
}

/** Cuts without leaving half of a surrogate pair, which a record cannot hold. */
function cut(text: string): string {
  return text.length <= MAX_TEXT ? text : text.slice(0, MAX_TEXT).toWellFormed()
}
