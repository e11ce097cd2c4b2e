import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'vite'

const PAGES = join(import.meta.dirname, 'pages')

export type PageServer = Readonly<{
  origin: string
  /** What this address answers from now on, beside the scripts. */
  serve(path: string, type: string, content: string | Buffer): void
  close(): Promise<void>
}>

/**
 * A customer's site: another origin than the server's, with each script of `pages` bundled as `/<name>.js`. The caller
 * calls `close`.
 */
export async function startPageServer(scripts: readonly string[]): Promise<PageServer> {
  const directory = await mkdtemp(join(tmpdir(), 'reeldock-pages-'))
  const contents = new Map<string, Readonly<{ type: string; content: string | Buffer }>>()
  for (const script of scripts) {
    await build({
      configFile: false,
      logLevel: 'error',
      define: { 'process.env.NODE_ENV': '"production"' },
      build: {
        outDir: directory,
        emptyOutDir: false,
        minify: false,
        lib: { entry: join(PAGES, `${script}.ts`), formats: ['es'], fileName: () => `${script}.js` },
      },
    })
    const content = await readFile(join(directory, `${script}.js`), 'utf8')
    contents.set(`/${script}.js`, { type: 'text/javascript', content })
  }
  const server = createServer((request, response) => {
    const found = contents.get(request.url ?? '')
    if (found === undefined) response.writeHead(404).end()
    else response.writeHead(200, { 'content-type': found.type }).end(found.content)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve: (path, type, content) => void contents.set(path, { type, content }),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
      await rm(directory, { recursive: true })
    },
  }
}
