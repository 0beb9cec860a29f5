import { createServer, type ServerResponse } from 'node:http'
import { listenOnLoopback } from './listen.ts'
import { endWithParent, tellParent } from './parent.ts'
import { ANSWERS, STREAM } from './vendor-answers.ts'

// A vendor that answers at once from memory: what remains is the price of the way there and back.
const server = createServer((request, response) => {
  request.resume()
  request.on('end', () => {
    const path = (request.url ?? '').slice((request.url ?? '').indexOf('/v1/'))
    const answer = ANSWERS[path]
    if (request.headers.accept === 'text/event-stream') stream(response)
    else if (answer === undefined) response.writeHead(404).end()
    else {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.byteLength })
      response.end(answer)
    }
  })
})

/** Each chunk in a turn of its own, as a model would write them, but without the waiting. */
function stream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  let next = 0
  const write = () => {
    const chunk = STREAM[next++]
    if (chunk === undefined) response.end()
    else {
      response.write(chunk)
      setImmediate(write)
    }
  }
  write()
}

const url = await listenOnLoopback(server)
endWithParent(() => Promise.resolve(server.closeAllConnections()))
tellParent({ url })
