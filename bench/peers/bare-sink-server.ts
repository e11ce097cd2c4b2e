/** The least a Node server can do: a body becomes a file, through a pipeline, without syncing. Arguments: directory, port. */
import { createWriteStream } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

const [directory = '.', port = '0'] = process.argv.slice(2)
const server = createServer((request, response) => {
  if (request.method !== 'PUT') {
    response.end('ready')
    return
  }
  const file = createWriteStream(join(directory, (request.url ?? '/x').slice(1)), { highWaterMark: 1024 * 1024 })
  pipeline(request, file).then(
    () => response.end('stored'),
    () => response.destroy(),
  )
})
server.requestTimeout = 0
server.listen(Number(port), '127.0.0.1')
