import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  encodeSkeleton,
  mergePieces,
  type PieceName,
  pieceValues,
  rebuildBody,
  type SplitBody,
  type SplitTable,
  splitBody,
} from './index.ts'

const TABLE: SplitTable = {
  messages: {},
  system: {},
  tools: { inside: { functionDeclarations: {} } },
  systemInstruction: { inside: { parts: {} } },
  content: { whole: true },
}

function split(text: string): SplitBody {
  const result = splitBody(Buffer.from(text), TABLE)
  if (!result.ok) throw new Error(`refused: ${result.refusal}`)
  return result.value
}

function piecesOf(text: string): readonly string[] {
  return split(text).pieces.map(String)
}

function namesOf({ pieces }: SplitBody): readonly PieceName[] {
  return pieces.map((_, index): PieceName => `p${index}`)
}

function rebuilt(body: SplitBody): string {
  const skeleton = encodeSkeleton(body.layout, namesOf(body))
  return rebuildBody(skeleton, (name) => body.pieces[Number(name.slice(1))] ?? Buffer.alloc(0)).toString()
}

describe('splitBody', () => {
  it('makes each element of a named array a piece, in order of appearance', () => {
    expect(piecesOf('{"messages":[{"a":1}, "b" ,[2]],"model":"m","system":[{"c":3}]}')).toEqual([
      '{"a":1}',
      '"b"',
      '[2]',
      '{"c":3}',
    ])
  })

  it('makes a string in a named place one piece', () => {
    expect(piecesOf('{"system":"be \\"kind\\"","model":"m"}')).toEqual(['"be \\"kind\\""'])
  })

  it('looks inside where the table says so', () => {
    const body =
      '{"systemInstruction":{"role":"x","parts":[{"text":"s"}]},"tools":[{"functionDeclarations":[{"name":"f"},{"name":"g"}]},{"search":{}}]}'
    expect(piecesOf(body)).toEqual(['{"text":"s"}', '{"name":"f"}', '{"name":"g"}'])
  })

  it('keeps a whole value together', () => {
    expect(piecesOf('{"content":[1,2,3]}')).toEqual(['[1,2,3]'])
  })

  it('recognises a name that is written with escapes', () => {
    expect(piecesOf('{"mess\\u0061ges":[1,2]}')).toEqual(['1', '2'])
  })

  it('leaves nested members of the same name alone', () => {
    expect(piecesOf('{"metadata":{"messages":[1,2]}}')).toEqual([])
  })

  it('takes cache marks out of a piece wherever they stand', () => {
    const mark = '"cache_control":{"type":"ephemeral"}'
    const body = `{"messages":[{"a":1,${mark}},{${mark} , "b":2},{${mark}},{"c":[{"d":1 , ${mark}},{${mark},${mark},"e":0}]}]}`
    expect(piecesOf(body)).toEqual(['{"a":1}', '{"b":2}', '{}', '{"c":[{"d":1},{"e":0}]}'])
  })

  it('leaves the words cache_control alone where they are text', () => {
    const body = '{"messages":["cache_control",{"name":"cache_control","text":"\\"cache_control\\":{}"}]}'
    expect(piecesOf(body)).toEqual([
      '"cache_control"',
      '{"name":"cache_control","text":"\\"cache_control\\":{}"}',
    ])
  })

  it('gives the other fields, parsed, without the split ones', () => {
    const { fields } = split('{"model":"m","temperature":0.5,"messages":[1],"system":"s"}')
    expect(fields).toEqual({ model: 'm', temperature: 0.5 })
  })

  it.each([
    '',
    '{',
    '{"a":1}x',
    '{"messages":[1,]}',
    '{"a":tru}',
    '\ufeff{}',
    '{"messages":["\u0001"]}',
    "{'a':1}",
  ])('refuses %j as invalid JSON', (body) => {
    expect(splitBody(Buffer.from(body), TABLE)).toEqual({ ok: false, refusal: 'invalid-json' })
  })

  it('refuses bytes that are not UTF-8', () => {
    const body = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')])
    expect(splitBody(body, TABLE)).toEqual({ ok: false, refusal: 'invalid-json' })
  })

  it.each(['[]', '1', 'null', '"messages"'])('refuses %s, which is not an object', (body) => {
    expect(splitBody(Buffer.from(body), TABLE)).toEqual({ ok: false, refusal: 'not-an-object' })
  })

  it('survives hostile depth', () => {
    const deep = `${'[{"cache_control":'.repeat(100_000)}0${'}]'.repeat(100_000)}`
    const nested = `${'[{"a":'.repeat(100_000)}{"cache_control":1}${'}]'.repeat(100_000)}`
    for (const value of [deep, nested]) {
      const body = `{"messages":[${value}]}`
      expect(rebuilt(split(body))).toBe(body)
    }
  })

  it('makes one piece of an array with an absurd number of elements', () => {
    const body = `{"system":["s"],"messages":[${'1,'.repeat(200_000)}1]}`
    const value = split(body)
    expect(value.pieces).toHaveLength(2)
    expect(rebuilt(value)).toBe(body)
  })
})

/** JSON text with odd spacing, escapes, duplicate keys and cache marks. */
function jsonText(): fc.Arbitrary<string> {
  const space = fc.constantFrom('', '', ' ', '\n  ', '\t', '\r\n')
  const key = fc.constantFrom(
    '"a"',
    '"cache_control"',
    '"cache\\u005fcontrol"',
    '"é"',
    '"\\""',
    '"parts"',
    '""',
  )
  const text = fc
    .array(
      fc.constantFrom('a', '\\"', '\\\\', '\\u0041', '\\ud800', 'é', '😀', '{', ']', ',', '"cache_control"'),
    )
    .map((parts) => `"${parts.join('').replaceAll('"cache_control"', '\\"cache_control\\"')}"`)
  const scalar = fc.oneof(text, fc.constantFrom('0', '-1.50e+3', 'true', 'false', 'null', '"cache_control"'))
  const around = (open: string, items: readonly string[], gap: string, close: string) =>
    `${open}${gap}${items.join(`${gap},${gap}`)}${gap}${close}`
  return fc.letrec<{ value: string; object: string; array: string }>((tie) => ({
    value: fc.oneof({ maxDepth: 4 }, scalar, tie('object'), tie('array')),
    array: fc
      .tuple(fc.array(tie('value'), { maxLength: 4 }), space)
      .map(([items, gap]) => around('[', items, gap, ']')),
    object: fc
      .tuple(fc.array(fc.tuple(key, space, tie('value')), { maxLength: 5 }), space)
      .map(([members, gap]) =>
        around(
          '{',
          members.map(([name, pad, value]) => `${name}${pad}:${pad}${value}`),
          gap,
          '}',
        ),
      ),
  })).value
}

function bodyText(): fc.Arbitrary<string> {
  const name = fc.constantFrom(
    'messages',
    'system',
    'tools',
    'systemInstruction',
    'content',
    'other',
    'functionDeclarations',
  )
  const inside = jsonText()
  const tools = fc
    .array(inside)
    .map((items) => `[{"functionDeclarations":[${items.join(', ')}]},{"parts":[1]}]`)
  const list = fc.array(inside, { maxLength: 12 }).map((items) => `[ ${items.join(' , ')}]`)
  const space = fc.constantFrom('', ' ', '\n')
  return fc
    .tuple(fc.array(fc.tuple(name, fc.oneof(inside, tools, list)), { maxLength: 6 }), space)
    .map(
      ([members, gap]) =>
        `${gap}{${members.map(([key, value]) => `${gap}"${key}"${gap}:${gap}${value}`).join(',')}}${gap}`,
    )
}

describe('a split body', () => {
  it('is rebuilt byte for byte', () => {
    fc.assert(
      fc.property(bodyText(), (body) => {
        JSON.parse(body)
        expect(rebuilt(split(body))).toBe(body)
      }),
    )
  })

  it('has pieces that are JSON and, in the table’s arrays, hold no cache mark', () => {
    fc.assert(
      fc.property(bodyText(), (body) => {
        for (const piece of split(body).pieces) {
          const plain = piece.toString().replaceAll('\\u005f', '-')
          expect(hasMark(JSON.parse(plain))).toBe(false)
        }
      }),
    )
  })

  it('stays byte-exact when merged to any number of pieces', () => {
    fc.assert(
      fc.property(bodyText(), fc.integer({ min: 0, max: 8 }), (body, limit) => {
        const merged = mergePieces(split(body), limit)
        expect(merged.pieces.length).toBeLessThanOrEqual(limit)
        expect(rebuilt(merged)).toBe(body)
      }),
    )
  })
})

function hasMark(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([key, inner]) => key === 'cache_control' || hasMark(inner))
}

describe('mergePieces', () => {
  const conversation = (length: number) =>
    `{"messages":[${Array.from({ length }, (_, index) => `{"n":${index}}`).join(',')}],"system":["s"]}`

  it('leaves a body alone that has few enough pieces', () => {
    const body = split(conversation(3))
    expect(mergePieces(body, 4)).toBe(body)
  })

  it('finds the same pieces again when the conversation has grown', () => {
    const before = mergePieces(split(conversation(300)), 200).pieces.map(String)
    const after = mergePieces(split(conversation(302)), 200).pieces.map(String)
    expect(after).toEqual([...before.slice(0, 150), '{"n":300},{"n":301}', '"s"'])
  })

  it('makes pieces whose values can be read', () => {
    const [first] = mergePieces(split(conversation(3)), 3).pieces
    expect(pieceValues(first ?? Buffer.alloc(0))).toEqual([{ n: 0 }, { n: 1 }])
  })
})
