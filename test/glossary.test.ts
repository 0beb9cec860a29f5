import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

/** The product's vocabulary; the same word stands in code, SQL, JSON and on the command line. */
const WORDS = [
  'agent',
  'approval',
  'budget',
  'bundle',
  'change',
  'checkpoint',
  'decision',
  'entry',
  'event',
  'exception',
  'execution record',
  'finding',
  'gate',
  'incident',
  'ledger',
  'obligation',
  'outcome',
  'owner',
  'part',
  'pause',
  'person',
  'replay',
  'reservation',
  'rollback',
  'run',
  'scorecard',
  'settlement',
  'sponsor',
  'vault',
  'workflow',
]

describe('the glossary', () => {
  const defined = [...readFileSync('docs/glossary.md', 'utf8').matchAll(/^\*\*([^*]+)\*\* \S/gm)].map(
    ([, word]) => word,
  )

  it('explains every word of the vocabulary, once, and no other', () => {
    expect(defined.toSorted((a = '', b = '') => a.localeCompare(b))).toEqual(WORDS)
  })
})
