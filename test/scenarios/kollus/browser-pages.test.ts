import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CHROMIUM, launchBrowser } from '../../acceptance/support/browser.ts'
import { type CreatedUrl, type KollusApp, startKollusApp } from './kollus-app.ts'

const CONTENT = randomBytes(100_000)
const LIMIT_MS = 30_000

const FORM_PAGE = (action: string, fields: Readonly<Record<string, string>>, target: string): string => `<!doctype html>
<title>CMS</title>
<form method="post" enctype="multipart/form-data" action="${action}" target="${target}">
${Object.entries(fields)
  .map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`)
  .join('')}
<input type="file" name="upload-file"><button>Send</button></form>
<iframe name="inside"></iframe>`

/** What pages of a CMS do from end to end is in test/acceptance/kollus/browser-pages.test.ts. */
describe.skipIf(CHROMIUM === undefined)(
  'the page that answers a form of another site, in Chromium',
  { timeout: LIMIT_MS },
  () => {
    let app: KollusApp
    let browser: Browser
    let page: Page
    let cms: Server
    let cmsUrl: string
    let html = ''
    let dialogs: string[] = []

    beforeAll(async () => {
      app = await startKollusApp()
      cms = createServer((request, response) => {
        response.setHeader('content-type', 'text/html; charset=utf-8')
        response.end(request.url === '/' ? html : `<!doctype html><title>Done</title>${request.url}`)
      }).listen(0, '127.0.0.1')
      await once(cms, 'listening')
      // Another site than the server's address, for the browser.
      cmsUrl = `http://localhost:${(cms.address() as AddressInfo).port}`
      browser = await launchBrowser()
    }, LIMIT_MS)
    afterAll(async () => {
      await browser.close()
      cms.close()
      await app.close()
    })

    const openPage = async (text: string): Promise<void> => {
      html = text
      dialogs = []
      page = await browser.newPage()
      page.on('dialog', (dialog) => {
        dialogs.push(dialog.message())
        void dialog.accept()
      })
      await page.goto(`${cmsUrl}/`)
      await page.setInputFiles('input[type=file]', { name: 'holiday.mp4', mimeType: 'video/mp4', buffer: CONTENT })
    }

    const submit = async (fields: Readonly<Record<string, string>>, target: string): Promise<CreatedUrl> => {
      const created = await app.create()
      await openPage(FORM_PAGE(created.upload_url, fields, target))
      await page.click('button')
      return created
    }
    const done = 'done?id=7&result=S&message=Successfully%20uploaded.'
    const frameUrl = (): string | undefined => page.frame({ name: 'inside' })?.url()

    it.each(['outer', 'inner'])('scope %s leads on the window that was the form’s own', async (scope) => {
      await submit({ return_url: `${cmsUrl}/done?id=7`, redirection_scope: scope }, '_self')
      await page.waitForURL(`${cmsUrl}/${done}`)
      expect(dialogs).toEqual(['Successfully uploaded.'])
      await page.close()
    })

    it('nothing is alerted where that is not wanted', async () => {
      await submit({ return_url: `${cmsUrl}/done?id=7`, redirection_scope: 'inner', disable_alert: '1' }, 'inside')
      await expect.poll(frameUrl, { timeout: 30_000 }).toBe(`${cmsUrl}/${done}`)
      expect(page.url()).toBe(`${cmsUrl}/`)
      expect(dialogs).toEqual([])
      await page.close()
    })

    it('runs nothing that a return_url smuggles in', async () => {
      const attack = `javascript:alert('own')`
      const created = await submit({ return_url: attack, redirection_scope: 'inner' }, '_self')
      await expect.poll(() => dialogs, { timeout: 30_000 }).toEqual(['Successfully uploaded.'])
      expect(page.url()).toBe(created.upload_url)
      await page.close()
    })
  },
)
