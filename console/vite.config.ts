import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

/** Files below this are cheaper to send as they are than to look up twice. */
const MIN_COMPRESSED_BYTES = 1024
const MAX_GZIP_LEVEL = 9

/**
 * Lays a `.br` and a `.gz` beside each text file of the build, so that the server compresses nothing while it receives
 * uploads. Both, because browsers offer Brotli only to HTTPS and loopback origins.
 */
function precompress(): Plugin {
  return {
    name: 'reeldock-precompress',
    apply: 'build',
    async writeBundle({ dir }) {
      if (dir === undefined) return
      const entries = await readdir(dir, { recursive: true })
      const texts = entries.filter((path) => /\.(?:html|js|css|svg)$/.test(path))
      await Promise.all(texts.map((path) => compressFile(join(dir, path))))
    },
  }
}

async function compressFile(path: string): Promise<void> {
  const body = await readFile(path)
  if (body.length < MIN_COMPRESSED_BYTES) return
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: body.length }
  await writeFile(`${path}.br`, await promisify(brotliCompress)(body, { params }))
  await writeFile(`${path}.gz`, await promisify(gzip)(body, { level: MAX_GZIP_LEVEL }))
}

/** The console: two pages, `/` and `/watch/{assetId}`, served by src/http/console.ts. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [react(), precompress()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // A name of its own: /assets could one day be mistaken for the API's assets.
    assetsDir: 'assets-console',
    // The pages' Content-Security-Policy allows no data: URLs.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      input: {
        index: join(import.meta.dirname, 'index.html'),
        watch: join(import.meta.dirname, 'watch.html'),
      },
    },
  },
})
