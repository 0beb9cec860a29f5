import { type RecordedEvent, stringAt } from '../recording/record/index.ts'

export interface ToolCallStory {
  readonly at: string
  readonly tool: string
  readonly arguments: string
  /** Undefined when no result was seen. */
  readonly returned?: 'ok' | 'error'
  readonly channels: readonly string[]
}

export interface ChangedFileName {
  readonly repository: number
  readonly path: string
  readonly status: string
}

/** Bodies by `event id/part name`. */
export type Bodies = ReadonlyMap<string, Uint8Array>

export function toolCallStories(events: readonly RecordedEvent[], bodies: Bodies): ToolCallStory[] {
  const returned = new Map(
    events
      .filter((event) => event.kind === 'tool.returned')
      .map((event) => [
        event.data.toolCall,
        event.data.isError === true ? ('error' as const) : ('ok' as const),
      ]),
  )
  return events
    .filter((event) => event.kind === 'tool.called')
    .map((event) => {
      const outcome = returned.get(event.data.toolCall)
      return {
        at: event.at,
        tool: stringAt(event.data, 'tool') ?? '',
        arguments: Buffer.from(bodies.get(`${event.id}/arguments`) ?? '').toString(),
        channels: event.data.channels as readonly string[],
        ...(outcome === undefined ? {} : { returned: outcome }),
      }
    })
}

export function changedFiles(events: readonly RecordedEvent[], bodies: Bodies): ChangedFileName[] {
  return events
    .filter((event) => event.kind === 'change.observed')
    .flatMap((event) => {
      const body = bodies.get(`${event.id}/files`)
      const files = body === undefined ? [] : (JSON.parse(Buffer.from(body).toString()) as ChangedFileName[])
      return files.map(({ path, status }) => ({ repository: Number(event.data.repository), path, status }))
    })
}
