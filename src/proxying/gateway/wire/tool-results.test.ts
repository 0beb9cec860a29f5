import { describe, expect, it } from 'vitest'
import { matchEndpoint, type ToolResult, toolResults, type Vendor } from './index.ts'

function resultsIn(vendor: Vendor, path: string, message: unknown): readonly ToolResult[] {
  const match = matchEndpoint(vendor, 'POST', path)
  if (match === undefined) throw new Error(`no endpoint ${path}`)
  return toolResults(match.endpoint, message)
}

describe('toolResults', () => {
  it('finds every result block of an Anthropic message', () => {
    const message = {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'toolu_1', content: 'fine' },
        { type: 'tool_result', tool_use_id: 'toolu_2', content: 'no', is_error: true },
        { type: 'text', text: 'go on' },
      ],
    }
    expect(resultsIn('anthropic', '/v1/messages', message)).toEqual([
      { toolCall: 'toolu_1', isError: false },
      { toolCall: 'toolu_2', isError: true },
    ])
  })

  it('takes a chat message of a tool for a result, without knowing how it went', () => {
    const message = { role: 'tool', tool_call_id: 'call_1', content: 'fine' }
    expect(resultsIn('openai', '/v1/chat/completions', message)).toEqual([
      { toolCall: 'call_1', isError: undefined },
    ])
  })

  it.each(['function_call_output', 'custom_tool_call_output', 'local_shell_call_output'])(
    'takes a response item of type %s for a result',
    (type) => {
      const item = { type, call_id: 'call_1', output: 'fine' }
      expect(resultsIn('openai', '/v1/responses', item)).toEqual([{ toolCall: 'call_1', isError: undefined }])
    },
  )

  it('finds function responses of Gemini by id, else by name', () => {
    const message = {
      role: 'user',
      parts: [
        { functionResponse: { name: 'edit', response: { output: 'fine' } } },
        { functionResponse: { id: 'fc-9', name: 'edit', response: { error: 'no' } } },
        { text: 'go on' },
      ],
    }
    expect(resultsIn('gemini', '/v1beta/models/m:generateContent', message)).toEqual([
      { toolCall: 'edit', isError: false },
      { toolCall: 'fc-9', isError: true },
    ])
  })

  it.each([null, 7, 'text', [], { content: 'text' }, { content: [null, 1] }, { role: 'tool' }])(
    'finds none in %j',
    (message) => {
      expect(resultsIn('anthropic', '/v1/messages', message)).toEqual([])
      expect(resultsIn('openai', '/v1/chat/completions', message)).toEqual([])
      expect(resultsIn('openai', '/v1/responses', message)).toEqual([])
      expect(resultsIn('gemini', '/v1beta/models/m:generateContent', message)).toEqual([])
    },
  )
})
