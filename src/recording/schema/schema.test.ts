import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { rootHex } from '../../../test/support/memory-log.ts'
import { sampleRun } from '../../../test/vectors/sample-run.ts'
import { canonicalJson } from '../../kernel/index.ts'
import { buildExecutionRecord, EVENT_KINDS } from '../record/index.ts'
import { recordSchemas, validateEvent, validateExecutionRecord } from './index.ts'

const { events } = sampleRun()
const root = rootHex(events.map((event) => Buffer.from(canonicalJson(event))))
const record = buildExecutionRecord({ events, root })

function foreignValidator(index: number) {
  const ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: true })
  return ajv.compile(JSON.parse(recordSchemas()[index]?.text ?? '{}') as object)
}

describe('the schema of events [REC-8]', () => {
  it('accepts every event of a whole run, here and with a foreign validator', () => {
    const isEvent = foreignValidator(0)
    for (const event of events) {
      expect(validateEvent(event)).toEqual([])
      expect(isEvent(event)).toBe(true)
    }
  })

  it('has an alternative for every kind', () => {
    const text = recordSchemas()[0]?.text ?? ''
    for (const kind of EVENT_KINDS) expect(text).toContain(`"const": "${kind}"`)
  })

  it.each([
    ['/kind', { ...events[0], kind: 'run.renamed' }],
    ['/at', { ...events[0], at: '2026-11-21 12:00' }],
    ['/data', { ...events[0], data: {} }],
    [
      '/parts/task/commitment',
      { ...events[0], parts: { task: { ...events[0]?.parts?.task, commitment: 'x' } } },
    ],
    ['/seq', { ...events[0], seq: -1 }],
    ['', { ...events[0], note: 'free text' }],
    ['/kind', null],
  ])('names %s as the place of the fault', (path, value) => {
    expect(validateEvent(value).map((problem) => problem.path)).toContain(path)
    expect(foreignValidator(0)(value)).toBe(false)
  })
})

describe('the schema of execution records [REC-8]', () => {
  it('accepts a record, here and with a foreign validator', () => {
    expect(validateExecutionRecord(record)).toEqual([])
    expect(foreignValidator(1)(record)).toBe(true)
  })

  it('names the place of the fault', () => {
    const wrong = { ...record, predicate: { ...record.predicate, exitCode: 1.5 } }
    expect(validateExecutionRecord(wrong).map(({ path }) => path)).toContain('/predicate/exitCode')
    expect(foreignValidator(1)(wrong)).toBe(false)
  })

  it('demands the coverage statement [REC-13]', () => {
    const { coverage: _, ...predicate } = record.predicate
    expect(validateExecutionRecord({ ...record, predicate })).not.toEqual([])
  })
})
