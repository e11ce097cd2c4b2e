import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CHROMIUM, launchBrowser } from '../../acceptance/support/browser.ts'
import { ACCESS_TOKEN, type CreatedUrl, type KollusApp, startKollusApp } from './kollus-app.ts'

const CONTENT = randomBytes(2_000_000)
const LIMIT_MS = 30_000

/** How a CMS page written for the vendor's samples uploads: the option comes behind the file, polling starts before. */
const SCRIPTED_PAGE = (createUrl: string): string => `<!doctype html><title>CMS</title>
<input type="file"><output></output>
<script>
const seen = { sent: [], polled: [] }
document.querySelector('input').onchange = async ({ target }) => {
  const body = new FormData()
  body.append('title', '브라우저')
  const { data } = await (await fetch(${JSON.stringify(createUrl)}, { method: 'POST', body })).json()
  const poll = async () => (await (await fetch(data.progress_url)).json()).result.progress
  seen.polled.push(await poll())
  const request = new XMLHttpRequest()
  request.upload.onprogress = ({ loaded }) => seen.sent.push(loaded)
  request.onload = async () => {
    seen.polled.push(await poll())
    seen.answer = JSON.parse(request.responseText)
    seen.uploadFileKey = data.upload_file_key
    document.querySelector('output').textContent = JSON.stringify(seen)
  }
  request.open('POST', data.upload_url)
  request.setRequestHeader('X-Requested-With', 'XMLHttpRequest')
  const form = new FormData()
  form.append('upload-file', target.files[0])
  form.append('accept', 'application/json')
  request.send(form)
}
</script>`

const FORM_PAGE = (action: string, fields: Readonly<Record<string, string>>, target: string): string => `<!doctype html>
<title>CMS</title>
<form method="post" enctype="multipart/form-data" action="${action}" target="${target}">
${Object.entries(fields)
  .map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`)
  .join('')}
<input type="file" name="upload-file"><button>Send</button></form>
<iframe name="inside"></iframe>`

describe.skipIf(CHROMIUM === undefined)('a CMS page of another origin, in Chromium', { timeout: LIMIT_MS }, () => {
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

  it('creates, uploads with progress events and polls, all by script', async () => {
    await openPage(SCRIPTED_PAGE(`${app.url}/api/upload/create-url?access_token=${ACCESS_TOKEN}`))
    const output = page.locator('output')
    await output.filter({ hasText: 'uploadFileKey' }).waitFor()
    const seen = JSON.parse((await output.textContent()) ?? '') as {
      sent: number[]
      polled: number[]
      answer: unknown
      uploadFileKey: string
    }
    expect(seen.answer).toEqual({ error: 0, message: 'Successfully uploaded.' })
    expect(seen.sent.at(-1)).toBeGreaterThan(CONTENT.length)
    expect(seen.polled).toEqual([0, 100])
    const stored = await app.stored(seen.uploadFileKey)
    expect(stored).toMatchObject({ title: '브라우저', fileName: 'holiday.mp4' })
    expect(stored?.content.equals(CONTENT)).toBe(true)
    await page.close()
  })

  const submit = async (fields: Readonly<Record<string, string>>, target: string): Promise<CreatedUrl> => {
    const created = await app.create()
    await openPage(FORM_PAGE(created.upload_url, fields, target))
    await page.click('button')
    return created
  }
  const done = 'done?id=7&result=S&message=Successfully%20uploaded.'
  const frameUrl = (): string | undefined => page.frame({ name: 'inside' })?.url()

  it.each([
    ['outer', '_self'],
    ['inner', '_self'],
    ['outer', 'inside'],
  ])('scope %s leads the top window on, from a form sent to %s', async (scope, target) => {
    await submit({ return_url: `${cmsUrl}/done?id=7`, redirection_scope: scope }, target)
    await page.waitForURL(`${cmsUrl}/${done}`)
    expect(dialogs).toEqual(['Successfully uploaded.'])
    await page.close()
  })

  it('scope inner leads only the frame on', async () => {
    await submit({ return_url: `${cmsUrl}/done?id=7`, redirection_scope: 'inner', disable_alert: '1' }, 'inside')
    await expect.poll(frameUrl, { timeout: 30_000 }).toBe(`${cmsUrl}/${done}`)
    expect(page.url()).toBe(`${cmsUrl}/`)
    expect(dialogs).toEqual([])
    await page.close()
  })

  it('scope no leads nowhere and still says how it went', async () => {
    const created = await submit({ return_url: `${cmsUrl}/done?id=7`, redirection_scope: 'no' }, 'inside')
    await expect.poll(() => dialogs, { timeout: 30_000 }).toEqual(['Successfully uploaded.'])
    expect(frameUrl()).toBe(created.upload_url)
    expect(page.url()).toBe(`${cmsUrl}/`)
    await page.close()
  })

  it('runs nothing that a return_url smuggles in', async () => {
    const attack = `javascript:alert('own')`
    const created = await submit({ return_url: attack, redirection_scope: 'inner' }, '_self')
    await expect.poll(() => dialogs, { timeout: 30_000 }).toEqual(['Successfully uploaded.'])
    expect(page.url()).toBe(created.upload_url)
    await page.close()
  })
})
