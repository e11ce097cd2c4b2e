import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { consolePages } from './console.ts'

let directory: string
let app: FastifyInstance

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'reeldock-console-'))
  app = Fastify()
  await app.register(consolePages, { directory })
})

afterEach(async () => {
  await app.close()
  await rm(directory, { recursive: true })
})

async function build(): Promise<void> {
  await mkdir(join(directory, 'assets-console'))
  await writeFile(join(directory, 'index.html'), '<title>console</title>')
  await writeFile(join(directory, 'watch.html'), '<title>watch</title>')
  await writeFile(join(directory, 'assets-console', 'index-abc123.js'), 'plain')
  await writeFile(join(directory, 'assets-console', 'index-abc123.js.br'), 'brotli')
  await writeFile(join(directory, 'assets-console', 'index-abc123.js.gz'), 'gzip')
}

/** The directive's sources, or undefined when the policy does not name it. */
function directive(policy: unknown, name: string): string[] | undefined {
  const found = String(policy)
    .split('; ')
    .map((text) => text.split(' '))
    .find(([first]) => first === name)
  return found?.slice(1)
}

describe('the console pages', () => {
  it.each(['/', '/watch/ast_1'])('say at %s that the build is missing, and serve it once it is there', async (url) => {
    const before = await app.inject(url)
    expect(before.statusCode).toBe(503)
    expect(before.headers['content-type']).toBe('text/plain; charset=utf-8')
    expect(before.body).toContain('vite build console')
    await build()
    const after = await app.inject(url)
    expect(after.statusCode).toBe(200)
    expect(after.headers['content-type']).toBe('text/html; charset=utf-8')
  })

  it('serve the console at / and the watch page for any asset, neither kept by caches', async () => {
    await build()
    const console = await app.inject('/')
    const watch = await app.inject('/watch/ast_01h?token=secret')
    expect(console.body).toContain('console')
    expect(watch.body).toContain('watch')
    expect(console.headers['cache-control']).toBe('no-cache')
    expect(watch.headers['cache-control']).toBe('no-cache')
  })

  it('let hashed files be kept for ever, in the smallest form the browser takes', async () => {
    await build()
    const get = (encoding: string) =>
      app.inject({ url: '/assets-console/index-abc123.js', headers: { 'accept-encoding': encoding } })
    const plain = await get('identity')
    expect(plain.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect(plain.headers['content-type']).toBe('application/javascript; charset=utf-8')
    expect(plain.body).toBe('plain')
    const gzip = await get('gzip')
    expect(gzip.headers['content-encoding']).toBe('gzip')
    expect(gzip.body).toBe('gzip')
    expect((await get('gzip, deflate, br')).headers['content-encoding']).toBe('br')
  })

  it('give no other files, no listing and no way out of the folder', async () => {
    await build()
    expect((await app.inject('/assets-console/missing.js')).statusCode).toBe(404)
    expect((await app.inject('/assets-console/..%2findex.html')).statusCode).toBe(404)
    expect((await app.inject('/assets-console/')).statusCode).toBe(403)
  })

  it('run no inline or foreign script', async () => {
    await build()
    for (const url of ['/', '/watch/ast_1']) {
      const policy = (await app.inject(url)).headers['content-security-policy']
      expect(directive(policy, 'script-src')).toEqual(["'self'"])
      expect(directive(policy, 'default-src')).toEqual(["'none'"])
    }
  })

  it('let other sites frame the watch page, but not the console', async () => {
    await build()
    const { headers: console } = await app.inject('/')
    expect(directive(console['content-security-policy'], 'frame-ancestors')).toEqual(["'none'"])
    expect(console['x-frame-options']).toBe('DENY')
    const { headers: watch } = await app.inject('/watch/ast_1')
    expect(directive(watch['content-security-policy'], 'frame-ancestors')).toEqual(['*'])
    expect(watch['x-frame-options']).toBeUndefined()
  })

  it.each(['/', '/watch/ast_1', '/assets-console/index-abc123.js'])(
    'forbid sniffing and referrers at %s',
    async (url) => {
      await build()
      const { headers } = await app.inject(url)
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(headers['referrer-policy']).toBe('no-referrer')
    },
  )

  it('refuse an endless asset id', async () => {
    await build()
    expect((await app.inject(`/watch/${'a'.repeat(65)}`)).statusCode).toBe(400)
  })
})
