const TEXT =
  'The tests pass now; the parser no longer drops the last line when the file ends without a newline.'

/** Unstreamed answers by path, in the vendors' own formats. */
export const ANSWERS: Readonly<Record<string, Buffer>> = {
  '/v1/messages': json({
    id: 'msg_01BenchBenchBenchBenchBe',
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-4-5',
    content: [{ type: 'text', text: TEXT }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: {
      input_tokens: 42,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      output_tokens: 25,
    },
  }),
  '/v1/chat/completions': json({
    id: 'chatcmpl-bench',
    object: 'chat.completion',
    created: 1_795_262_400,
    model: 'gpt-5.5',
    choices: [{ index: 0, message: { role: 'assistant', content: TEXT }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 42, completion_tokens: 25, total_tokens: 67 },
  }),
}

const DELTAS = 200

/** A streamed Messages answer: 200 chunks of text between its beginning and its end. */
export const STREAM: readonly Buffer[] = [
  event('message_start', {
    message: {
      id: 'msg_01BenchBenchBenchBenchBe',
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-4-5',
      content: [],
      stop_reason: null,
      usage: { input_tokens: 42, output_tokens: 1 },
    },
  }),
  event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
  ...Array.from({ length: DELTAS }, (_, index) =>
    event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: ` word ${index}` } }),
  ),
  event('content_block_stop', { index: 0 }),
  event('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: DELTAS } }),
  event('message_stop', {}),
]

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value))
}

function event(type: string, data: object): Buffer {
  return Buffer.from(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`)
}
