import { expect, it } from 'vitest'
import { parseWorkflow } from './parse-workflow.ts'

const DAY_MS = 86_400_000

function parsed(retention: string) {
  const text = `workflow: a\ntitle: A\nowner: ada@example.com\npurpose: x\nrecord: { retention: ${retention} }\n`
  return parseWorkflow(text, { file: 'a.yaml' })
}

it.each([
  ['keep', {}],
  ['1d', { ms: DAY_MS }],
  ['400d', { ms: 400 * DAY_MS }],
])('keeps parts for %s [REC-15]', (word, retention) => {
  expect(parsed(word)).toMatchObject({ ok: true, value: { record: { retention } } })
})

it.each(['0d', '12h', '400', '36501d', 'for ever', '-1d'])('does not know how long %s is', (word) => {
  expect(parsed(word)).toMatchObject({ ok: false, refusal: [{ path: 'record.retention', line: 5 }] })
})
