import { describe, expect, it } from 'vitest'
import { encodeSkeleton, type PieceName, rebuildBody, splitBody } from './index.ts'

function layoutOf(text: string) {
  const result = splitBody(Buffer.from(text), { messages: {}, tools: {} })
  if (!result.ok) throw new Error(result.refusal)
  return result.value.layout
}

function names(...numbers: readonly number[]): readonly PieceName[] {
  return numbers.map((number): PieceName => `p${number}`)
}

describe('encodeSkeleton', () => {
  it('writes consecutive names as ranges', () => {
    const layout = layoutOf('{"tools":[1,2],"messages":[3,4,5,6]}')
    expect(JSON.parse(encodeSkeleton(layout, names(0, 1, 7, 8, 9, 3)).toString())).toEqual({
      v: 1,
      join: ',',
      body: ['{"tools":[', 'p0-1', '],"messages":[', 'p7-9,p3', ']}'],
    })
  })

  it('takes the comma from the body when it stands with white space', () => {
    const skeleton = encodeSkeleton(layoutOf('{"messages":[1, 2, 3]}'), names(0, 1, 2))
    expect(JSON.parse(skeleton.toString())).toMatchObject({
      join: ', ',
      body: ['{"messages":[', 'p0-2', ']}'],
    })
  })

  it('stays below 1 KB for a long conversation', () => {
    const messages = Array.from({ length: 400 }, () => '{"role":"user","content":"x"}')
    messages.push(
      '{"role":"user","content":[{"type":"text","text":"x","cache_control":{"type":"ephemeral"}}]}',
    )
    const layout = layoutOf(`{"model":"m","tools":[1,2,3],"messages":[${messages.join(',')}],"stream":true}`)
    const numbers = Array.from({ length: 404 }, (_, index) => index)
    expect(encodeSkeleton(layout, names(...numbers)).length).toBeLessThan(300)
  })
})

describe('rebuildBody', () => {
  const broken = [
    '',
    'null',
    '{}',
    '{"v":2,"join":",","body":["x"]}',
    '{"v":1,"join":",","body":["x","p0"]}',
    '{"v":1,"join":",","body":["x","p5-1","y"]}',
    '{"v":1,"join":",","body":["x","p0-999999999","y"]}',
    '{"v":1,"join":",","body":["x","q","y"]}',
    '{"v":1,"join":",","body":["x"],"cuts":[[0,"1","t"]]}',
  ]

  it.each(broken)('says that %s is no skeleton', (text) => {
    const rebuild = () => rebuildBody(Buffer.from(text), () => Buffer.alloc(0))
    expect(rebuild).toThrow(expect.objectContaining({ code: 'skeleton.unreadable' }))
  })

  it('passes the error on when a piece is gone', () => {
    const skeleton = encodeSkeleton(layoutOf('{"messages":[1]}'), names(0))
    const gone = () => {
      throw new Error('erased')
    }
    expect(() => rebuildBody(skeleton, gone)).toThrow('erased')
  })
})
