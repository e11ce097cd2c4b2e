import { randomBytes } from 'node:crypto'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type PageServer, startPageServer } from '../clients/page-server.ts'
import { CHROMIUM, launchBrowser } from '../support/browser.ts'
import { type RunningServer, startServer } from '../support/start-server.ts'
import { untilStored } from '../tus/tus-client.ts'
import { FORM_PAGE, FRAMING_PAGE, JQUERY_PAGE, jquery, XHR_PAGE } from './cms-pages.ts'
import { createUrl, progressOf, TOKEN } from './kollus-client.ts'

const LIMIT_MS = 60_000

type Seen = Readonly<{ loaded: number[]; polled: number[]; answer?: unknown; failure?: string; key: string }>

describe.skipIf(CHROMIUM === undefined)('a CMS page of another origin, in Chromium', { timeout: LIMIT_MS }, () => {
  let server: RunningServer
  let site: PageServer
  let browser: Browser

  beforeAll(async () => {
    site = await startPageServer([])
    site.serve('/jquery.js', 'text/javascript', await jquery())
    server = await startServer()
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser.close()
    await server.remove()
    await site.close()
  })

  async function open(path: string): Promise<Readonly<{ page: Page; dialogs: readonly string[] }>> {
    const page = await browser.newPage()
    onTestFinished(() => page.close())
    const dialogs: string[] = []
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message())
      void dialog.accept()
    })
    await page.goto(site.origin + path)
    return { page, dialogs }
  }

  const holiday = (content: Buffer) => ({ name: '휴가.mp4', mimeType: 'video/mp4', buffer: content })

  it.each([
    ['jQuery', JQUERY_PAGE, '/0/media_auth/upload/create_url.json'],
    ['jQuery', JQUERY_PAGE, '/api/v1/create_url'],
    ['XMLHttpRequest', XHR_PAGE, '/api/upload/create-url'],
  ])('with %s creates, sends with progress events and polls to the end (%#)', async (_name, makePage, path) => {
    const file = randomBytes(3_000_001)
    site.serve('/cms', 'text/html', makePage(`${server.url}${path}?${TOKEN}`))
    const { page } = await open('/cms')
    await page.setInputFiles('input[type=file]', holiday(file))
    const output = page.locator('output')
    await output.filter({ hasText: /key|failure/ }).waitFor({ timeout: LIMIT_MS / 2 })
    const seen = JSON.parse((await output.textContent()) ?? '') as Seen
    expect(seen.failure).toBeUndefined()
    expect(seen.answer).toEqual({ error: 0, message: 'Successfully uploaded.' })
    expect(seen.loaded.length).toBeGreaterThan(0)
    expect(seen.loaded.at(-1)).toBe(1)
    expect(seen.polled[0]).toBe(0)
    expect(seen.polled.at(-1)).toBe(100)
    await untilStored(server, file)
  })

  const done = 'result=S&message=Successfully%20uploaded.'

  it.each([
    ['outer', { top: `/done?id=7&${done}`, inside: undefined }],
    ['inner', { top: '/cms', inside: `/done?id=7&${done}` }],
    ['no', { top: '/cms', inside: 'upload_url' }],
  ])('with a plain form in a frame is led on by return_url in scope %s', async (scope, places) => {
    const file = randomBytes(300_001)
    const { upload_url, progress_url } = await createUrl(server.url)
    const fields = { redirection_scope: scope, return_url: `${site.origin}/done?id=7` }
    site.serve('/cms', 'text/html', FRAMING_PAGE)
    site.serve('/form', 'text/html', FORM_PAGE(upload_url, fields))
    site.serve(`/done?id=7&${done}`, 'text/html', '<!doctype html><title>Done</title>')
    const { page, dialogs } = await open('/cms')
    const frame = page.frame({ name: 'inside' })
    if (frame === null) throw new Error('the page has no frame')
    await frame.setInputFiles('input[type=file]', holiday(file))
    await frame.click('input[type=submit]')

    const inside = places.inside === 'upload_url' ? upload_url : places.inside && site.origin + places.inside
    const where = () => ({ top: page.url(), inside: page.frame({ name: 'inside' })?.url(), dialogs: [...dialogs] })
    const there = { top: site.origin + places.top, inside, dialogs: ['Successfully uploaded.'] }
    await expect.poll(where, { timeout: LIMIT_MS / 2 }).toEqual(there)
    expect(await progressOf(progress_url)).toBe(100)
    await untilStored(server, file)
  })
})
