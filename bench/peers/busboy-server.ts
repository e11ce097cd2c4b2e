/** A form upload as most Node servers take it: busboy to a file, without syncing. Arguments: directory, port. */
import { createWriteStream } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Busboy } from '@fastify/busboy'

const [directory = '.', port = '0'] = process.argv.slice(2)
const server = createServer((request, response) => {
  if (request.method !== 'POST') {
    response.end('ready')
    return
  }
  const headers = request.headers as { 'content-type': string }
  const form = new Busboy({ headers })
  const files: Promise<void>[] = []
  form.on('file', (_field, body) => {
    files.push(pipeline(body, createWriteStream(join(directory, (request.url ?? '/x').slice(1)))))
  })
  form.on('finish', () => {
    Promise.all(files).then(
      () => response.end('stored'),
      () => response.destroy(),
    )
  })
  request.pipe(form)
})
server.requestTimeout = 0
server.listen(Number(port), '127.0.0.1')
