/** A line that is true on one machine only. */
export interface Found {
  readonly file: string
  readonly line: number
  readonly reason: string
}

// Written so that no pattern matches its own text.
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/(?<![\w.~-])\/(?:work|root)\/[\w.]/, 'names a path of one machine'],
  // SCIM has users under /Users as well, but nothing below them.
  [/(?<![\w.~-])\/Users\/[\w.]+\//, 'names a home directory of one machine'],
  [/(?<![\w.~-])\/home\/(?!(?:user|ada|agent|dev)\b)[\w.]/, 'names a home directory of one machine'],
  [/\/tmp\/(?:bash_jobs|spike|infra)\b/, 'names a scratch path of one machine'],
  [/(?<![\w/])\.\.\/shared\//, 'points outside the repository'],
  [/\bregistry\.[a-z]+\.(?:org|com|io)\b|\bnpmmirror\b|\bverdaccio\b/i, 'names a package registry'],
  [/\b(?:C)EO\b|\bthis workplace\b/, 'speaks of a workplace'],
]

/** The lines of one file that name a machine, a registry or a workplace. */
export function findMachineWords(file: string, text: string): readonly Found[] {
  return text.split('\n').flatMap((content, index) =>
    PATTERNS.filter(([pattern]) => pattern.test(content)).map(([, reason]) => ({
      file,
      line: index + 1,
      reason,
    })),
  )
}
