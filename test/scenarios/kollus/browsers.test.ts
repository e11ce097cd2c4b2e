import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { file, formBody } from './form-body.ts'
import { type Answer, exchange } from './http-exchange.ts'
import { ACCESS_TOKEN, type CreatedUrl, type KollusApp, startKollusApp } from './kollus-app.ts'

const ORIGIN = 'https://cms.example'

let app: KollusApp
let created: CreatedUrl

beforeAll(async () => {
  app = await startKollusApp()
  created = await app.create()
})
afterAll(async () => app.close())

const urls: Readonly<Record<string, () => string>> = {
  'create_url of v0': () => `${app.url}/0/media_auth/upload/create_url?access_token=${ACCESS_TOKEN}`,
  'create_url.json of v0': () => `${app.url}/0/media_auth/upload/create_url.json?access_token=${ACCESS_TOKEN}`,
  'create-url of v3': () => `${app.url}/api/upload/create-url?access_token=${ACCESS_TOKEN}`,
  'create_url of the upload host': () => `${app.url}/api/v1/create_url?access_token=${ACCESS_TOKEN}`,
  upload_url: () => created.upload_url,
  'the longer upload_url': () => `${created.upload_url}/audio_enc`,
  progress_url: () => created.progress_url,
  'a list that pages ask themselves': () => `${app.url}/0/media/channel/media_content?access_token=${ACCESS_TOKEN}`,
}

const allowsOrigin = (answer: Answer): void => {
  expect(answer.headers['access-control-allow-origin']).toBe(ORIGIN)
  expect(answer.headers['access-control-allow-credentials']).toBeUndefined()
  expect(answer.headers['vary']).toContain('Origin')
}

describe('pages of other origins', () => {
  it.each(Object.entries(urls))('may ask before they call %s', async (_name, url) => {
    const answer = await exchange(url(), {
      method: 'OPTIONS',
      headers: {
        origin: ORIGIN,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,x-requested-with',
      },
    })
    expect(answer.status).toBe(204)
    allowsOrigin(answer)
    expect(answer.headers['access-control-allow-methods']?.split(', ')).toEqual(
      expect.arrayContaining(['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD']),
    )
    const allowed = answer.headers['access-control-allow-headers']?.toLowerCase().split(', ')
    expect(allowed).toEqual(
      expect.arrayContaining(['origin', 'accept', 'content-type', 'authorization', 'x-requested-with']),
    )
  })

  it('may read every answer, good or bad', async () => {
    const headers = { origin: ORIGIN }
    const form = { 'content-type': 'multipart/form-data; boundary=x1', accept: 'application/json' }
    const body = formBody('x1', [file(Buffer.from('bytes'))])
    const { upload_url } = await app.create()
    const answers: readonly (readonly [number, Answer])[] = [
      [200, await exchange(urls['create_url of v0']?.() ?? '', { headers })],
      [401, await exchange(`${app.url}/api/upload/create-url`, { headers })],
      [200, await exchange(created.progress_url, { method: 'GET', headers })],
      [404, await exchange(`${created.progress_url}x`, { method: 'GET', headers })],
      [200, await exchange(upload_url, { headers: { ...headers, ...form }, body })],
      [404, await exchange(upload_url, { headers: { ...headers, ...form }, body })],
      [400, await exchange(created.upload_url, { headers: { ...headers, ...form }, body: 'x' })],
      [404, await exchange(`${app.url}/api/v1/nothing`, { headers })],
      [200, await exchange(`${app.url}/0/media/category?access_token=${ACCESS_TOKEN}`, { method: 'GET', headers })],
      [401, await exchange(`${app.url}/api/channels`, { method: 'GET', headers })],
    ]
    for (const [status, answer] of answers) {
      expect(answer.status).toBe(status)
      allowsOrigin(answer)
    }
  })

  it('are not mentioned to clients that are none', async () => {
    const answer = await exchange(created.progress_url, { method: 'GET' })
    expect(answer.headers['access-control-allow-origin']).toBeUndefined()
    expect(answer.headers['cache-control']).toBe('no-store')
  })
})
