import { parseDecimal } from './checkpoint.ts'
import { type Cosignature, parseWitnessVkey, type WitnessKey } from './cosignature.ts'
import type { VerifyCrypto } from './crypto.ts'
import { equal } from './encoding.ts'
import { parseVkey, type Vkey } from './note.ts'

/** Whom to believe about a log (C2SP tlog-policy): its keys, witnesses, and which of those are enough. */
export interface WitnessPolicy {
  readonly logs: readonly { readonly vkey: Vkey; readonly url?: string }[]
  readonly witnesses: readonly PolicyWitness[]
  /** True when these cosignatures are enough; always, when the policy asks for none. */
  hasQuorum(cosignatures: readonly Cosignature[]): boolean
  /** False when the policy says `quorum none`. */
  readonly demandsWitnesses: boolean
}

export interface PolicyWitness {
  /** Its name in this file; the name in its key may be another. */
  readonly name: string
  readonly key: WitnessKey
  /** What requests are sent below. */
  readonly url?: string
}

/** Each problem names its line, from 1. */
export type ParsedPolicy =
  | { readonly ok: true; readonly policy: WitnessPolicy }
  | { readonly ok: false; readonly problems: readonly PolicyProblem[] }

export interface PolicyProblem {
  readonly line: number
  readonly message: string
}

const MAX_LINES = 1000

/** Reads a policy file whole: either a policy, or everything that is wrong with it. */
export function parseWitnessPolicy(sha256: VerifyCrypto['sha256'], text: string): ParsedPolicy {
  const lines = text.split('\n')
  if (lines.length > MAX_LINES) return refused([{ line: MAX_LINES + 1, message: 'there are too many lines' }])
  const draft: Draft = { sha256, logs: [], witnesses: [], members: new Map(), grouped: new Set() }
  const problems = lines.flatMap((line, i) => {
    const message = readLine(draft, line)
    return message === undefined ? [] : [{ line: i + 1, message }]
  })
  const { logs, witnesses, quorum } = draft
  if (quorum === undefined && problems.length === 0) {
    problems.push({
      line: lines.length,
      message: 'there is no quorum line; write "quorum NAME" or "quorum none"',
    })
  }
  if (problems.length > 0 || quorum === undefined) return refused(problems)
  const demandsWitnesses = quorum !== NONE
  const hasQuorum = (cosignatures: readonly Cosignature[]) => isEnough(draft, quorum, cosignatures)
  return { ok: true, policy: { logs, witnesses, demandsWitnesses, hasQuorum } }
}

interface Draft {
  readonly sha256: VerifyCrypto['sha256']
  readonly logs: { readonly vkey: Vkey; readonly url?: string }[]
  readonly witnesses: PolicyWitness[]
  /** Every name: a witness by its key, a group by what it asks for. */
  readonly members: Map<string, WitnessKey | Group>
  /** Names that are in a group already: nobody counts twice. */
  readonly grouped: Set<string>
  quorum?: string
}

interface Group {
  readonly threshold: number
  readonly names: readonly string[]
}

const NONE = 'none'

/** What is wrong with a line, if anything is. */
function readLine(draft: Draft, line: string): string | undefined {
  if (hasForbiddenCharacter(line)) return 'there is a control character; lines end with a newline alone'
  const [keyword = '', ...words] = line.split(/[ \t]+/).filter((word) => word !== '')
  if (keyword === '' || keyword.startsWith('#')) return undefined
  const read = Object.hasOwn(LINES, keyword) ? LINES[keyword] : undefined
  return read === undefined ? 'a line begins with log, witness, group or quorum' : read(draft, words)
}

const LINES: Readonly<Record<string, (draft: Draft, words: readonly string[]) => string | undefined>> = {
  log: readLog,
  witness: readWitness,
  group: readGroup,
  quorum: readQuorum,
}

function readLog({ sha256, logs }: Draft, [text = '', url, ...rest]: readonly string[]): string | undefined {
  const vkey = parseVkey(sha256, text)
  if (vkey === undefined || rest.length > 0 || !isAddress(url)) return 'a log line is: log VKEY [URL]'
  if (logs.some((log) => equal(log.vkey.publicKey, vkey.publicKey))) return 'this log key stands there twice'
  logs.push({ vkey, ...(url === undefined ? {} : { url }) })
  return undefined
}

function readWitness(
  draft: Draft,
  [name = '', text = '', url, ...rest]: readonly string[],
): string | undefined {
  const key = parseWitnessVkey(draft.sha256, text)
  if (key === undefined || rest.length > 0 || !isAddress(url)) {
    return 'a witness line is: witness NAME VKEY [URL], with the vkey of a witness'
  }
  if (draft.witnesses.some((witness) => equal(witness.key.cosigningKey, key.cosigningKey))) {
    return 'this witness key stands there twice'
  }
  draft.witnesses.push({ name, key, ...(url === undefined ? {} : { url }) })
  return define(draft, name, key)
}

function readGroup(draft: Draft, [name = '', many = '', ...names]: readonly string[]): string | undefined {
  const threshold = many === 'all' ? names.length : many === 'any' ? 1 : parseDecimal(many)
  if (threshold === undefined || threshold < 1 || threshold > names.length) {
    return 'a group line is: group NAME all|any|NUMBER MEMBER…, the number from 1 to that of its members'
  }
  for (const member of names) {
    if (!draft.members.has(member)) return 'a member must be a witness or group of a line above'
    if (draft.grouped.has(member)) return 'a member may be in one group only, and once'
    draft.grouped.add(member)
  }
  return define(draft, name, { threshold, names })
}

function readQuorum(draft: Draft, [name = '', ...rest]: readonly string[]): string | undefined {
  if (draft.quorum !== undefined) return 'there is a quorum line already'
  if (rest.length > 0 || (name !== NONE && !draft.members.has(name))) {
    return 'a quorum line is: quorum NAME, a witness or group of a line above, or none'
  }
  draft.quorum = name
  return undefined
}

function define(draft: Draft, name: string, member: WitnessKey | Group): string | undefined {
  if (name === NONE || draft.members.has(name)) return 'this name is taken'
  draft.members.set(name, member)
  return undefined
}

function isEnough(draft: Draft, name: string, cosignatures: readonly Cosignature[]): boolean {
  if (name === NONE) return true
  const member = draft.members.get(name)
  if (member === undefined) return false
  if ('cosigningKey' in member) {
    return cosignatures.some(({ witness }) => equal(witness.cosigningKey, member.cosigningKey))
  }
  const good = member.names.filter((inner) => isEnough(draft, inner, cosignatures))
  return good.length >= member.threshold
}

function isAddress(url: string | undefined): boolean {
  return url === undefined || (/^https?:\/\//.test(url) && URL.canParse(url))
}

function hasForbiddenCharacter(line: string): boolean {
  for (let i = 0; i < line.length; i++) {
    const code = line.charCodeAt(i)
    if ((code < 0x20 && code !== 0x09) || code === 0x7f) return true
  }
  return false
}

function refused(problems: readonly PolicyProblem[]): ParsedPolicy {
  return { ok: false, problems }
}
