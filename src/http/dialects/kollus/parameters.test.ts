import Fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../../../test/support/manual-clock.ts'
import { readParameters, takeSmallBodies } from './parameters.ts'

const MULTIPART =
  '--b0undary\r\nContent-Disposition: form-data; name="title"\r\n\r\n제목\r\n' +
  '--b0undary\r\nContent-Disposition: form-data; name="category_key"\r\n\r\n\r\n' +
  '--b0undary\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\nbytes\r\n--b0undary--\r\n'

const read = async (body: string | undefined, contentType?: string, query = '') => {
  const app = Fastify()
  takeSmallBodies(app)
  app.post('/', async (request) => Object.fromEntries(await readParameters(request, new ManualClock())))
  const headers = contentType === undefined ? {} : { 'content-type': contentType }
  const response = await app.inject({ method: 'POST', url: `/${query}`, headers, ...(body && { body }) })
  return { status: response.statusCode, ...response.json<Record<string, unknown>>() }
}

describe('readParameters', () => {
  it.each([
    ['URL-encoded', 'title=%EC%A0%9C%EB%AA%A9&category_key=', 'application/x-www-form-urlencoded'],
    ['URL-encoded with a charset', 'title=%EC%A0%9C%EB%AA%A9', 'application/x-www-form-urlencoded; charset=UTF-8'],
    ['URL-encoded with bare keys', 'category_key&title=%EC%A0%9C%EB%AA%A9&is_audio_upload', 'text/plain'],
    ['multipart', MULTIPART, 'multipart/form-data; boundary=b0undary'],
    ['multipart under another type', MULTIPART, 'application/json'],
    ['JSON', '{"title":"제목","category_key":null,"more":{}}', 'application/json'],
    ['JSON under the type that forms have', '{"title":"제목"}', 'application/x-www-form-urlencoded'],
    ['JSON without a type', '{"title":"제목"}', undefined],
  ])('reads %s', async (_what, body, contentType) => {
    expect(await read(body, contentType)).toEqual({ status: 200, title: '제목' })
  })

  it('joins lists of JSON as forms write them', async () => {
    expect(await read('{"tags":["a",2,{}],"none":[]}', 'application/json')).toEqual({ status: 200, tags: 'a,2' })
  })

  it('reads numbers and booleans of JSON as forms write them', async () => {
    const body = '{"expire_time":60,"is_audio_upload":true,"is_passthrough":false}'
    expect(await read(body, 'application/json')).toMatchObject({
      expire_time: '60',
      is_audio_upload: '1',
      is_passthrough: '0',
    })
  })

  it('reads the query, and lets the body go before it unless it is empty there', async () => {
    expect(await read('title=body&category_key=', 'text/plain', '?title=query&category_key=query&x=1')).toMatchObject({
      title: 'body',
      category_key: 'query',
      x: '1',
    })
  })

  it.each([
    ['no body', undefined, undefined],
    ['an empty body', '', 'application/json'],
    ['an empty list, which is how PHP writes an empty map', '[]', 'application/json'],
  ])('finds nothing in %s', async (_what, body, contentType) => {
    expect(await read(body, contentType)).toEqual({ status: 200 })
  })

  it.each([
    ['JSON that is none', '{"title":', 'application/json'],
    ['a form that breaks off', MULTIPART.slice(0, 90), 'multipart/form-data; boundary=b0undary'],
  ])('refuses %s', async (_what, body, contentType) => {
    expect(await read(body, contentType)).toMatchObject({ status: 500, code: 'invalid_argument' })
  })

  it('takes names of JavaScript objects for ordinary names', async () => {
    expect(await read('__proto__=1&constructor=2', 'text/plain')).toMatchObject({ constructor: '2' })
  })
})
