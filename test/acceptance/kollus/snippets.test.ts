import { execFile, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startPageServer } from '../clients/page-server.ts'
import { CHROMIUM, launchBrowser } from '../support/browser.ts'
import { readSnippets } from '../support/snippets.ts'
import { KEYS, type RunningServer, startServer } from '../support/start-server.ts'
import { untilStored } from '../tus/tus-client.ts'
import { jquery } from './cms-pages.ts'
import { createUrl } from './kollus-client.ts'

const DOCUMENT = join(import.meta.dirname, '..', '..', '..', 'docs', 'dialects', 'kollus.md')
const LIMIT_MS = 60_000

/** How each program is run. */
const RUNNERS: Readonly<Record<string, Readonly<{ command: string; fileName: string }>>> = {
  node: { command: process.execPath, fileName: 'upload.mjs' },
  php: { command: 'php', fileName: 'upload.php' },
  java: { command: 'java', fileName: 'Upload.java' },
}

let server: RunningServer
let directory: string
let snippets: ReadonlyMap<string, string>

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'reeldock-kollus-'))
  snippets = await readSnippets(DOCUMENT)
  server = await startServer()
})

afterAll(async () => {
  await server.remove()
  await rm(directory, { recursive: true, force: true })
})

describe('the programs in the document', () => {
  const answered = /^\d{8}-[0-9a-z]{8} Successfully uploaded\.$/

  it('are those that are run here', () => {
    expect([...snippets.keys()].sort()).toEqual([...Object.keys(RUNNERS), 'jquery'].sort())
  })

  for (const [name, { command, fileName }] of Object.entries(RUNNERS)) {
    it.skipIf(spawnSync(command, ['-v']).error !== undefined)(`send a file with ${name}`, async () => {
      const [program, file] = [join(directory, fileName), join(directory, `${name}.mp4`)]
      const content = randomBytes(300_001)
      await writeFile(program, snippets.get(name) ?? '')
      await writeFile(file, content)
      const { PATH, HOME } = process.env
      const env = { PATH, HOME, HOST: server.url, ACCESS_TOKEN: KEYS.kollus.accessToken, FILE: file }
      const { stdout } = await promisify(execFile)(command, [program], { env })
      expect(stdout.trim()).toMatch(answered)
      await untilStored(server, content)
    })
  }

  it.skipIf(CHROMIUM === undefined)('send a file with jquery, and show how far it is', async () => {
    const content = randomBytes(300_001)
    const site = await startPageServer([])
    site.serve('/', 'text/html', `<!doctype html><meta charset="utf-8">${snippets.get('jquery')}`)
    site.serve('/jquery.js', 'text/javascript', await jquery())
    site.serve('/upload-address', 'application/json', JSON.stringify(await createUrl(server.url)))
    const browser = await launchBrowser()
    try {
      const page = await browser.newPage()
      await page.goto(site.origin)
      await page.setInputFiles('input', { name: '강의.mp4', mimeType: 'video/mp4', buffer: content })
      await page.locator('output').filter({ hasText: /./ }).waitFor({ timeout: LIMIT_MS })
      expect(await page.locator('output').textContent()).toMatch(answered)
      await page.locator('progress[value="100"]').waitFor({ timeout: LIMIT_MS, state: 'attached' })
      await untilStored(server, content)
    } finally {
      await browser.close()
      await site.close()
    }
  })
})
