import type { ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

import type { Answer } from './answer.ts'
import type { Faults } from './faults.ts'
import type { StreamEvent } from './protocols/protocol.ts'

/** Sends an answer with the faults asked for; resolves with false when the connection was broken on purpose. */
export async function writeAnswer(
  response: ServerResponse,
  answer: Answer,
  faults: Faults,
): Promise<boolean> {
  if (faults.delayMs !== undefined) await pause(faults.delayMs)
  if (faults.retryAfterSeconds !== undefined) {
    response.setHeader('retry-after', String(faults.retryAfterSeconds))
  }
  if (answer.events !== undefined) return writeEvents(response, answer.events, faults)
  const [type, text] =
    answer.html === undefined ? ['application/json', JSON.stringify(answer.json)] : ['text/html', answer.html]
  response.writeHead(answer.status, { 'content-type': type }).end(text)
  return true
}

async function writeEvents(
  response: ServerResponse,
  events: readonly StreamEvent[],
  faults: Faults,
): Promise<boolean> {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
  const texts = events.map(eventText)
  if (faults.malformedSse) texts.splice(1, 0, 'data: {"cut": \n\n')
  for (const [position, text] of texts.entries()) {
    if (position === faults.cutAfterEvents) {
      response.destroy()
      return false
    }
    await written(response, text)
    if (faults.eventDelayMs !== undefined) await pause(faults.eventDelayMs)
    if (response.destroyed) return true
  }
  response.end()
  return true
}

/** Waits until the bytes are handed over, so that a cut comes after the events before it and not instead of them. */
function written(response: ServerResponse, text: string): Promise<void> {
  return new Promise((resolve) => response.write(text, () => resolve()))
}

function eventText({ event, data }: StreamEvent): string {
  const name = event === undefined ? '' : `event: ${event}\n`
  return `${name}data: ${data === '[DONE]' ? data : JSON.stringify(data)}\n\n`
}
