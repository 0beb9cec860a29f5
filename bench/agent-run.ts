import { globSync, readFileSync } from 'node:fs'

/** The turns of the synthetic run, and the sizes of its first request as real coding agents send it. */
export const TURNS = 60
const TOOLS_BYTES = 47_000
const SYSTEM_BYTES = 29_000
const FIRST_MESSAGE_BYTES = 11_000
const RESULT_BYTES = 3_000
const TOOL_COUNT = 17

interface Message {
  readonly role: 'user' | 'assistant'
  readonly content: readonly object[]
}

/** What the agent sends in one turn, and what the model answers: streamed words and one tool call. */
export interface Turn {
  readonly request: Buffer
  readonly answer: Buffer
}

/**
 * A coding agent's run, shaped like the recorded ones: tools, system and the first message once, then in each turn an
 * answer with a tool call and its result of 3 KB. The text is this repository's own source, of which no line repeats
 * more than source does. The cache mark moves to the last message in each turn.
 */
export function* agentRun(): Generator<Turn> {
  const text = sourceText()
  const tools = Array.from({ length: TOOL_COUNT }, (_, index) => ({
    name: `tool_${index}`,
    description: text(TOOLS_BYTES / TOOL_COUNT - 190),
    input_schema: {
      type: 'object',
      properties: { file_path: { type: 'string', description: 'The absolute path to the file' } },
      required: ['file_path'],
      additionalProperties: false,
    },
  }))
  const system = [{ type: 'text', text: text(SYSTEM_BYTES), cache_control: { type: 'ephemeral' } }]
  const messages: Message[] = [{ role: 'user', content: [{ type: 'text', text: text(FIRST_MESSAGE_BYTES) }] }]
  for (let turn = 0; turn < TURNS; turn++) {
    const call = { id: `toolu_${String(turn).padStart(24, '0')}`, said: text(200), argument: text(300) }
    const request = { model: 'claude-sonnet-4-5', max_tokens: 32_000, stream: true, system, tools }
    yield {
      request: Buffer.from(JSON.stringify({ ...request, messages: marked(messages) })),
      answer: streamed(turn, call),
    }
    messages.push(
      { role: 'assistant', content: [{ type: 'text', text: call.said }, toolUse(call)] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id, content: text(RESULT_BYTES) }] },
    )
  }
}

interface ToolUse {
  readonly id: string
  readonly said: string
  readonly argument: string
}

function toolUse({ id, argument }: ToolUse): object {
  return { type: 'tool_use', id, name: 'tool_3', input: { file_path: argument } }
}

/** The last block of the conversation carries the cache mark. */
function marked(messages: readonly Message[]): readonly Message[] {
  const last = messages.at(-1)
  if (last === undefined) return messages
  const block = { ...last.content.at(-1), cache_control: { type: 'ephemeral' } }
  return [...messages.slice(0, -1), { ...last, content: [...last.content.slice(0, -1), block] }]
}

/** The answer as the Messages API streams it, a few words an event. */
function streamed(turn: number, call: ToolUse): Buffer {
  const message = {
    id: `msg_${String(turn).padStart(24, '0')}`,
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-4-5',
    content: [],
    stop_reason: null,
    usage: {
      input_tokens: 4,
      cache_creation_input_tokens: 900,
      cache_read_input_tokens: 20_000,
      output_tokens: 1,
    },
  }
  const argument = JSON.stringify({ file_path: call.argument })
  const events: object[] = [
    { type: 'message_start', message },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    ...slices(call.said, 24).map((text) => delta(0, { type: 'text_delta', text })),
    { type: 'content_block_stop', index: 0 },
    {
      type: 'content_block_start',
      index: 1,
      content_block: { type: 'tool_use', id: call.id, name: 'tool_3', input: {} },
    },
    ...slices(argument, 24).map((text) => delta(1, { type: 'input_json_delta', partial_json: text })),
    { type: 'content_block_stop', index: 1 },
    { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 160 } },
    { type: 'message_stop' },
  ]
  return Buffer.from(
    events
      .map((event) => `event: ${(event as { type: string }).type}\ndata: ${JSON.stringify(event)}\n\n`)
      .join(''),
  )
}

function delta(index: number, change: object): object {
  return { type: 'content_block_delta', index, delta: change }
}

function slices(text: string, size: number): string[] {
  return Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
    text.slice(index * size, (index + 1) * size),
  )
}

/** Hands out this repository's source, slice by slice, none of it twice. */
function sourceText(): (size: number) => string {
  const root = new URL('../src/', import.meta.url)
  const files = globSync('**/*.ts', { cwd: root }).sort()
  const text = files.map((file) => readFileSync(new URL(file, root), 'utf8')).join('')
  let at = 0
  return (size) => {
    const slice = text.slice(at, at + Math.round(size))
    at += slice.length
    if (slice.length < size) throw new Error('the repository has too little source for this run')
    return slice
  }
}
