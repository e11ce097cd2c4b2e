import { once } from 'node:events'
import { createServer as createTcpServer, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startRemoteServer } from '../../test/support/remote-server.ts'
import type { RenderedRequest } from '../core/webhooks/delivery.ts'
import { HttpRequestSender } from './http-request-sender.ts'
import type { OpenAddressesOptions } from './open-addresses.ts'

const MINUTE_MS = 60_000

type Limits = Partial<Parameters<HttpRequestSender['send']>[1]>

/** Sends with limits that no healthy receiver comes near. */
function send(
  request: Partial<RenderedRequest> & { url: string },
  limits: Limits = {},
  own: Partial<OpenAddressesOptions> = {},
) {
  const sender = new HttpRequestSender({ allow: ['127.0.0.1'], ...own })
  return sender.send(
    { method: 'POST', headers: {}, body: '', ...request },
    {
      connectTimeoutMs: MINUTE_MS,
      responseTimeoutMs: MINUTE_MS,
      maxAnswerBytes: 1_000,
      signal: new AbortController().signal,
      ...limits,
    },
  )
}

function failsWith(reason: string) {
  return expect.objectContaining({ code: 'unavailable', details: { reason } })
}

/** A server that does with each connection what `handle` says. */
async function startTcpServer(handle: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createTcpServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    handle(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return `http://127.0.0.1:${address.port}`
}

describe('HttpRequestSender', () => {
  it('sends method, path, headers and body as they are, and brings status and body back', async () => {
    const body = '{"title":"휴가"}'
    const received: string[] = []
    const server = await startRemoteServer((request, response) => {
      request.setEncoding('utf8')
      request.on('data', (chunk: string) => received.push(chunk))
      request.on('end', () => response.writeHead(202, { 'retry-after': '7' }).end('thanks'))
    })
    const headers = { 'content-type': 'application/json', 'webhook-id': 'evt_1' }
    const answer = await send({ method: 'PUT', url: `${server.url}/a/b?c=d%20e`, headers, body })
    expect(answer).toEqual({ status: 202, retryAfter: '7', text: 'thanks' })
    expect(received.join('')).toBe(body)
    const [request] = server.requests
    expect(request).toMatchObject({ method: 'PUT', url: '/a/b?c=d%20e' })
    expect(request?.headers).toMatchObject({
      ...headers,
      host: `127.0.0.1:${server.port}`,
      'content-length': String(Buffer.byteLength(body)),
      'user-agent': 'Reeldock',
    })
  })

  it('sends no body with GET, and the password of the address as Basic authorization', async () => {
    const server = await startRemoteServer((_request, response) => response.end())
    await send({ method: 'GET', url: `http://user:pa%20ss@127.0.0.1:${server.port}/` })
    const { headers } = server.requests[0] ?? {}
    expect(headers?.authorization).toBe(`Basic ${Buffer.from('user:pa ss').toString('base64')}`)
    expect(headers).not.toHaveProperty('content-length')
    expect(headers).not.toHaveProperty('transfer-encoding')
  })

  it.each([301, 302, 307, 308])('takes a redirect (%i) for an answer and does not follow it', async (status) => {
    const server = await startRemoteServer((_request, response) =>
      response.writeHead(status, { location: '/next' }).end(),
    )
    expect(await send({ url: server.url })).toMatchObject({ status })
    expect(server.requests).toHaveLength(1)
  })

  it('reads no more of an endless answer than it may, and closes the connection', async () => {
    const server = await startRemoteServer((_request, response) => {
      const more = (): void => {
        while (response.write('x'.repeat(10_000)));
      }
      response.on('drain', more)
      more()
    })
    expect((await send({ url: server.url }, { maxAnswerBytes: 100 })).text).toBe('x'.repeat(100))
    await expect.poll(server.connections, { timeout: 20_000 }).toBe(0)
  })

  it('takes the answer for given once its status is there, although the body never ends or breaks off', async () => {
    const hanging = await startRemoteServer((_request, response) => response.writeHead(200).write('begin'))
    expect(await send({ url: hanging.url }, { responseTimeoutMs: 200 })).toMatchObject({ status: 200, text: 'begin' })
    const breaking = await startTcpServer((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nhalf'))
    })
    expect(await send({ url: breaking })).toMatchObject({ status: 200, text: 'half' })
  })

  it('stores text that databases take, whatever bytes came', async () => {
    const server = await startRemoteServer((_request, response) => response.end(Buffer.from([0x61, 0, 0xff, 0x62])))
    expect((await send({ url: server.url })).text).toBe('a\uFFFD\uFFFDb')
  })

  describe('says why no answer came:', () => {
    it('the receiver hangs', async () => {
      const server = await startRemoteServer(() => undefined)
      await expect(send({ url: server.url }, { responseTimeoutMs: 50 })).rejects.toEqual(failsWith('timeout_response'))
      await expect.poll(server.connections, { timeout: 20_000 }).toBe(0)
    })

    it('the receiver sends its headers too slowly', async () => {
      const url = await startTcpServer((socket) => {
        socket.write('HTTP/1.1 200 OK\r\n')
        const drip = setInterval(() => socket.write('x: y\r\n'), 5)
        socket.on('close', () => clearInterval(drip))
      })
      await expect(send({ url }, { responseTimeoutMs: 100 })).rejects.toEqual(failsWith('timeout_response'))
    })

    it('its name is not resolved in time', async () => {
      const resolve = () => new Promise<never>(() => undefined)
      const sent = send({ url: 'http://slow.example/' }, { connectTimeoutMs: 50 }, { resolve })
      await expect(sent).rejects.toEqual(failsWith('timeout_connect'))
    })

    it('TLS is not agreed on in time', async () => {
      const url = await startTcpServer(() => undefined)
      const sent = send({ url: url.replace('http:', 'https:') }, { connectTimeoutMs: 100 })
      await expect(sent).rejects.toEqual(failsWith('timeout_connect'))
    })

    it('the receiver does not speak TLS', async () => {
      const url = await startTcpServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
      const sent = send({ url: url.replace('http:', 'https:') })
      await expect(sent).rejects.toEqual(failsWith('tls_failed'))
    })

    it('the connection is refused', async () => {
      const server = await startRemoteServer(() => undefined)
      const closed = createTcpServer().listen(0, '127.0.0.1')
      await once(closed, 'listening')
      const address = closed.address() as { port: number }
      closed.close()
      await once(closed, 'close')
      expect(server.port).not.toBe(address.port)
      const sent = send({ url: `http://127.0.0.1:${address.port}` })
      await expect(sent).rejects.toEqual(failsWith('connection_refused'))
    })

    it('the connection is reset', async () => {
      const url = await startTcpServer((socket) => socket.once('data', () => socket.resetAndDestroy()))
      await expect(send({ url, body: 'x' })).rejects.toEqual(failsWith('connection_broken'))
    })

    it('the connection is closed without an answer', async () => {
      const url = await startTcpServer((socket) => socket.once('data', () => socket.end()))
      await expect(send({ url })).rejects.toEqual(failsWith('connection_broken'))
    })

    it('what comes is no HTTP', async () => {
      const url = await startTcpServer((socket) => socket.once('data', () => socket.end('SSH-2.0-OpenSSH\r\n')))
      await expect(send({ url })).rejects.toEqual(failsWith('not_http'))
    })

    it('the name means nothing', async () => {
      const resolve = () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' }))
      const sent = send({ url: 'http://nowhere.example/' }, {}, { resolve })
      await expect(sent).rejects.toEqual(failsWith('address_unreachable'))
    })
  })

  it('connects to no private address, and says no more than of one that does not exist', async () => {
    const server = await startRemoteServer((_request, response) => response.end())
    const port = server.port
    for (const url of [`http://127.0.0.1:${port}/`, `http://[::1]:${port}/`, `http://inside.example:${port}/`]) {
      const resolve = async () => [{ address: '127.0.0.1', family: 4 }]
      await expect(send({ url }, {}, { allow: [], resolve })).rejects.toEqual(failsWith('address_unreachable'))
    }
    expect(server.requests).toEqual([])
  })

  it('connects to a private address that the operator allows, by name too', async () => {
    const server = await startRemoteServer((_request, response) => response.end())
    const url = `http://inside.example:${server.port}/`
    const resolve = async () => [{ address: '127.0.0.1', family: 4 }]
    expect(await send({ url }, {}, { allow: ['inside.example'], resolve })).toMatchObject({ status: 200 })
    expect(await send({ url }, {}, { allow: ['127.0.0.0/8'], resolve })).toMatchObject({ status: 200 })
  })

  it('ends with the reason of the signal', async () => {
    const stop = new AbortController()
    const server = await startRemoteServer(() => stop.abort(new Error('stopping')))
    await expect(send({ url: server.url }, { signal: stop.signal })).rejects.toThrow('stopping')
  })

  it.each(['ftp://receiver.example/', 'receiver.example', 'http://', 'http://10.0.0.1/', 'https://[fe80::1]/x'])(
    'refuses %s as an address',
    (url) => {
      const sender = new HttpRequestSender({ allow: [] })
      expect(() => sender.assertAddress(url)).toThrow(expect.objectContaining({ code: 'invalid_argument' }))
    },
  )

  it('takes public addresses and names', () => {
    const sender = new HttpRequestSender({ allow: [] })
    for (const url of ['https://receiver.example/hook?x=y', 'http://1.1.1.1:8080/']) sender.assertAddress(url)
  })
})
