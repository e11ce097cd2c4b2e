import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import type { RemoteFiles } from '../../src/core/ports/remote-file.ts'
import { serveBeginning, serveFile, startRemoteServer } from '../support/remote-server.ts'

const FILE = Buffer.from('the bytes of a film')
const V1 = { validator: '"v1"', totalBytes: FILE.length }
const signal = new AbortController().signal
const DEADLINE = { timeout: 20_000, interval: 5 }

type Options = Readonly<{
  allow?: readonly string[]
  resolve?: (hostName: string) => Promise<readonly Readonly<{ address: string; family: number }>[]>
  answerTimeoutMs?: number
}>

const UNREACHABLE = {
  code: 'unavailable',
  message: 'No file could be reached at this address.',
  details: { reason: 'address_unreachable' },
}

/** Runs the promises of core/ports/remote-file.ts against one implementation. Only the loopback is ever reached. */
export function remoteFilesContract(name: string, open: (options: Options) => RemoteFiles): void {
  const permissive = (options: Options = {}) => open({ allow: ['127.0.0.1'], ...options })
  const resolvesTo =
    (...addresses: string[]) =>
    async () =>
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))

  describe(`RemoteFiles contract: ${name}`, () => {
    describe('a file', () => {
      it('arrives byte by byte, with what is known of it', async () => {
        const server = await startRemoteServer(serveFile(FILE))
        const file = await permissive().open(`${server.url}/film.mp4?signature=1`, { signal })
        expect(file).toMatchObject({ startByte: 0, totalBytes: FILE.length, version: V1 })
        expect(await text(file.body)).toBe(FILE.toString())
        const [request] = server.requests
        expect(request).toMatchObject({ method: 'GET', url: '/film.mp4?signature=1' })
        expect(request?.headers).toMatchObject({ 'accept-encoding': 'identity', host: `127.0.0.1:${server.port}` })
        await expect.poll(server.connections, DEADLINE).toBe(0)
      })

      it('of unknown length arrives, without a version to go on with', async () => {
        const server = await startRemoteServer((_request, response) =>
          response.setHeader('etag', '"v1"').write(FILE, () => response.end()),
        )
        const file = await permissive().open(server.url, { signal })
        expect(file).toMatchObject({ startByte: 0, totalBytes: undefined, version: undefined })
        expect(await text(file.body)).toBe(FILE.toString())
      })

      it.each([
        ['nothing', {}],
        ['a weak ETag', { etag: 'W/"v1"' }],
        ['a date of this minute', { 'last-modified': new Date(Date.now() - 5_000).toUTCString() }],
        ['a malformed ETag', { etag: 'v1' }],
      ])('has no version when the server tells it by %s', async (_what, headers) => {
        const server = await startRemoteServer((_request, response) => {
          response.writeHead(200, { 'content-length': FILE.length, ...headers }).end(FILE)
        })
        const file = await permissive().open(server.url, { signal })
        expect(file.version).toBeUndefined()
        file.body.destroy()
      })

      it('has a version when the server tells it by an older date', async () => {
        const modified = new Date(Date.now() - 3_600_000).toUTCString()
        const server = await startRemoteServer((_request, response) => {
          response.writeHead(200, { 'content-length': FILE.length, 'last-modified': modified }).end(FILE)
        })
        const file = await permissive().open(server.url, { signal })
        expect(file.version).toEqual({ validator: modified, totalBytes: FILE.length })
        file.body.destroy()
      })

      it('ends with an error when it breaks off before the announced end', async () => {
        const server = await startRemoteServer(serveBeginning(5, FILE))
        const { body } = await permissive().open(server.url, { signal })
        server.breakOff()
        await expect(text(body)).rejects.toThrow()
      })

      it('has no more bytes than were announced', async () => {
        const server = await startRemoteServer((_request, response) => {
          response.socket?.end(`HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n${FILE.toString()}`)
        })
        const { body } = await permissive().open(server.url, { signal })
        expect(await text(body).catch((error: unknown) => (error instanceof Error ? 'an error' : error))).toMatch(
          /^(the b|an error)$/,
        )
      })

      it('is refused in a content coding', async () => {
        const server = await startRemoteServer((_request, response) => {
          response.writeHead(200, { 'content-encoding': 'gzip' }).end(FILE)
        })
        await expect(permissive().open(server.url, { signal })).rejects.toMatchObject({ code: 'invalid_argument' })
        await expect.poll(server.connections, DEADLINE).toBe(0)
      })
    })

    describe('going on', () => {
      const resume = { startByte: 4, version: V1 }

      it('brings the rest of the same version', async () => {
        const server = await startRemoteServer(serveFile(FILE))
        const file = await permissive().open(server.url, { resume, signal })
        expect(file).toMatchObject({ startByte: 4, totalBytes: FILE.length, version: V1 })
        expect(await text(file.body)).toBe(FILE.subarray(4).toString())
        expect(server.requests[0]?.headers).toMatchObject({ range: 'bytes=4-', 'if-range': '"v1"' })
      })

      const partial = (headers: Record<string, string>) => (request: IncomingMessage, response: ServerResponse) => {
        if (request.headers.range === undefined) serveFile(FILE, '"v2"')(request, response)
        else response.writeHead(206, headers).end(FILE.subarray(4))
      }
      const rest = `bytes 4-${FILE.length - 1}/${FILE.length}`
      it.each([
        ['has another version', serveFile(FILE, '"v2"')],
        [
          'knows no ranges',
          (_: IncomingMessage, response: ServerResponse) =>
            response.writeHead(200, { etag: '"v2"', 'content-length': FILE.length }).end(FILE),
        ],
        ['sends the rest of another version', partial({ etag: '"v2"', 'content-range': rest })],
        ['sends the rest of it does not say what', partial({ 'content-range': rest })],
        ['sends another part', partial({ etag: '"v1"', 'content-range': `bytes 5-${FILE.length - 1}/${FILE.length}` })],
        ['sends too short a part', partial({ etag: '"v1"', 'content-range': `bytes 4-5/${FILE.length}` })],
        ['sends a part of something longer', partial({ etag: '"v1"', 'content-range': 'bytes 4-98/99' })],
        ['sends a part without saying which', partial({ etag: '"v1"' })],
        ['has a shorter file by now', serveFile(FILE.subarray(0, 3), '"v2"')],
      ])('begins at 0 when the server %s', async (_what, handle) => {
        const server = await startRemoteServer(handle)
        const file = await permissive().open(server.url, { resume, signal })
        expect(file.startByte).toBe(0)
        expect(file.version?.validator).toBe('"v2"')
        expect(FILE.toString()).toContain(await text(file.body))
        await expect.poll(server.connections, DEADLINE).toBe(0)
      })

      it('begins at 0 when the server finds the range beyond the end', async () => {
        const server = await startRemoteServer((request, response) => {
          if (request.headers.range === undefined) serveFile(FILE)(request, response)
          else response.writeHead(416).end()
        })
        const file = await permissive().open(server.url, { resume, signal })
        expect(file.startByte).toBe(0)
        expect(await text(file.body)).toBe(FILE.toString())
      })
    })

    describe('refusals', () => {
      it.each([
        [404, 'not_found'],
        [410, 'not_found'],
        [401, 'forbidden'],
        [403, 'forbidden'],
        [400, 'invalid_argument'],
        [204, 'invalid_argument'],
        [206, 'invalid_argument'],
        [304, 'invalid_argument'],
        [302, 'invalid_argument'],
        [408, 'unavailable'],
        [429, 'unavailable'],
        [500, 'unavailable'],
        [503, 'unavailable'],
      ])('of status %s are %s', async (status, code) => {
        const server = await startRemoteServer((_request, response) => response.writeHead(status).end())
        const refused = permissive().open(`${server.url}/secret-path?signature=secret`, { signal })
        const error = await refused.catch((thrown: unknown) => thrown)
        expect(error).toMatchObject({ code, details: { reason: 'remote_status', remoteStatus: status } })
        expect(String((error as Error).stack)).not.toContain('secret')
        await expect.poll(server.connections, DEADLINE).toBe(0)
      })

      it('come in time when the server does not answer', async () => {
        const server = await startRemoteServer(() => undefined)
        await expect(permissive({ answerTimeoutMs: 50 }).open(server.url, { signal })).rejects.toMatchObject(
          UNREACHABLE,
        )
        await expect.poll(server.connections, DEADLINE).toBe(0)
      })

      it('come in time when the name is looked up for ever', async () => {
        const files = permissive({ answerTimeoutMs: 50, resolve: () => new Promise(() => undefined) })
        await expect(files.open('http://slow.test/', { signal })).rejects.toMatchObject(UNREACHABLE)
      })

      it('come when the server ends the connection without an answer', async () => {
        const server = await startRemoteServer((request) => request.socket.destroy())
        await expect(permissive().open(server.url, { signal })).rejects.toMatchObject(UNREACHABLE)
      })
    })

    describe('the signal', () => {
      it('ends the wait for an answer with its reason', async () => {
        const stop = new AbortController()
        const server = await startRemoteServer(() => stop.abort(new Error('stop')))
        await expect(permissive().open(server.url, { signal: stop.signal })).rejects.toThrow('stop')
        await expect.poll(server.connections, DEADLINE).toBe(0)
      })

      it('ends the body with its reason', async () => {
        const server = await startRemoteServer((_request, response) => response.write(FILE))
        const stop = new AbortController()
        const { body } = await permissive().open(server.url, { signal: stop.signal })
        const read = text(body)
        stop.abort(new Error('stop'))
        await expect(read).rejects.toThrow('stop')
        await expect.poll(server.connections, DEADLINE).toBe(0)
      })
    })

    describe('redirects', () => {
      const redirectTo =
        (location: string, status = 302) =>
        (_request: IncomingMessage, response: ServerResponse) =>
          response.writeHead(status, { location }).end('moved')

      it.each([301, 302, 303, 307, 308])('of status %s are followed, also relative ones', async (status) => {
        const server = await startRemoteServer((request, response) => {
          if (request.url === '/a/b') redirectTo('../c?x=1', status)(request, response)
          else serveFile(FILE)(request, response)
        })
        const file = await permissive().open(`${server.url}/a/b`, { resume: { startByte: 4, version: V1 }, signal })
        expect(file.startByte).toBe(4)
        expect(await text(file.body)).toBe(FILE.subarray(4).toString())
        expect(server.requests.map(({ url }) => url)).toEqual(['/a/b', '/c?x=1'])
        await expect.poll(server.connections, DEADLINE).toBe(0)
      })

      it('are followed five times and no more', async () => {
        const server = await startRemoteServer((request, response) => {
          const left = Number(request.url?.slice(1))
          if (left === 0) serveFile(FILE)(request, response)
          else redirectTo(`/${left - 1}`)(request, response)
        })
        const five = await permissive().open(`${server.url}/5`, { signal })
        expect(await text(five.body)).toBe(FILE.toString())
        await expect(permissive().open(`${server.url}/6`, { signal })).rejects.toMatchObject({
          code: 'invalid_argument',
        })
      })

      it.each(['file:///etc/passwd', 'ftp://127.0.0.1/', 'gopher://127.0.0.1/', 'data:,x', 'javascript:1', 'http://['])(
        'to %s are refused',
        async (location) => {
          const server = await startRemoteServer(redirectTo(location))
          const error = await permissive()
            .open(server.url, { signal })
            .catch((thrown: unknown) => thrown)
          expect(error).toMatchObject({ code: 'invalid_argument' })
        },
      )

      it.each([
        'http://10.0.0.1/',
        'http://169.254.169.254/latest/meta-data/',
        'http://[::1]/',
        'http://[::ffff:10.0.0.1]/',
        'http://[fd00::1]/',
        'http://2852039166/',
        'http://0xa9.0xfe.0251.0376/',
        'http://inside.test/',
      ])('to %s are refused', async (location) => {
        const server = await startRemoteServer(redirectTo(location))
        const files = permissive({ resolve: resolvesTo('192.168.1.1') })
        await expect(files.open(server.url, { signal })).rejects.toMatchObject(UNREACHABLE)
      })

      it('take a password along on one server, and not to another', async () => {
        const other = await startRemoteServer(serveFile(FILE))
        const server = await startRemoteServer((request, response) => {
          if (request.url === '/') redirectTo('/next')(request, response)
          else redirectTo(`${other.url}/film`)(request, response)
        })
        const file = await permissive().open(`http://us%40er:p%3Ass@127.0.0.1:${server.port}/`, { signal })
        file.body.destroy()
        const authorization = `Basic ${Buffer.from('us@er:p:ss').toString('base64')}`
        expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([authorization, authorization])
        expect(other.requests.map(({ headers }) => headers.authorization)).toEqual([undefined])
      })
    })

    describe('closed addresses', () => {
      const CLOSED = [
        '127.0.0.1',
        'localhost',
        '2130706433',
        '0x7f000001',
        '017700000001',
        '127.1',
        '0177.0.0.01',
        '0x7f.1',
        '127.0.0.1.',
        '１２７.０.０.１',
        '0',
        '[::]',
        '[::1]',
        '[::ffff:127.0.0.1]',
        '[::ffff:7f00:1]',
        '[0:0:0:0:0:ffff:7f00:0001]',
        '[64:ff9b::7f00:1]',
        '[2002:7f00:1::]',
        'localhost.',
      ]
      it.each(CLOSED)('%s is not connected to', async (host) => {
        const server = await startRemoteServer(serveFile(FILE))
        const refused = open({}).open(`http://${host}:${server.port}/`, { signal })
        await expect(refused).rejects.toMatchObject(UNREACHABLE)
        expect(server.requests).toEqual([])
      })

      it('fail like a name that does not exist, one without addresses, and a closed port', async () => {
        const server = await startRemoteServer(serveFile(FILE))
        const failures = [
          open({ resolve: resolvesTo('127.0.0.1') }),
          open({ resolve: resolvesTo() }),
          open({ resolve: () => Promise.reject(new Error('ENOTFOUND')) }),
          open({ resolve: resolvesTo('1.1.1.1', '10.0.0.1') }),
        ].map((files) => files.open(`http://name.test:${server.port}/`, { signal }).catch((error: unknown) => error))
        const closedPort = permissive()
          .open('http://127.0.0.1:1/', { signal })
          .catch((error: unknown) => error)
        for (const error of await Promise.all([...failures, closedPort])) expect(error).toMatchObject(UNREACHABLE)
        expect(server.requests).toEqual([])
      })

      it('are not reached by a name that changes its mind', async () => {
        const server = await startRemoteServer(serveFile(FILE))
        const answers = [['127.0.0.1'], ['10.0.0.1']]
        let asked = 0
        const rebinding = permissive({
          resolve: () => resolvesTo(...(answers[asked++] ?? []))(),
        })
        const file = await rebinding.open(`http://rebind.test:${server.port}/`, { signal })
        // One look-up for each connection, and the connection went where that one said.
        expect(await text(file.body)).toBe(FILE.toString())
        expect(asked).toBe(1)
        expect(server.requests[0]?.headers.host).toBe(`rebind.test:${server.port}`)
        await expect(rebinding.open(`http://rebind.test:${server.port}/`, { signal })).rejects.toMatchObject(
          UNREACHABLE,
        )
        expect(server.requests).toHaveLength(1)
      })

      it('open for a host that the operator vouches for, and for its name only', async () => {
        const server = await startRemoteServer(serveFile(FILE))
        const files = open({ allow: ['media.test'], resolve: resolvesTo('127.0.0.1') })
        const file = await files.open(`http://Media.TEST:${server.port}/`, { signal })
        expect(await text(file.body)).toBe(FILE.toString())
        await expect(files.open(`http://other.test:${server.port}/`, { signal })).rejects.toMatchObject(UNREACHABLE)
        await expect(files.open(server.url, { signal })).rejects.toMatchObject(UNREACHABLE)
      })
    })

    describe('an address', () => {
      it.each(['http://example.com/a.mp4', 'https://u:p@example.com:8443/a?b#c', 'http://127.0.0.1/', 'HTTP://x'])(
        'like %s may be tried',
        (url) => expect(() => permissive().assertAddress(url)).not.toThrow(),
      )
      it.each([
        'ftp://example.com/',
        'file:///etc/passwd',
        '//example.com/',
        'example.com/a.mp4',
        'http://',
        'http://user:secret@',
        'http://[::1]/',
        'http://169.254.169.254/latest',
        'http://0x7f.2/',
        'http://10.1/',
        'concat:http://a|http://b',
        '',
      ])('like "%s" may not, and is not repeated', (url) => {
        let thrown: unknown
        try {
          permissive().assertAddress(url)
        } catch (error) {
          thrown = error
        }
        expect(thrown).toMatchObject({ code: 'invalid_argument', message: 'Files cannot be pulled from this address.' })
      })
    })
  })
}
