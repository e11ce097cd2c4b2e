import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deliverAll } from '../../support/deliver-all.ts'
import { startRemoteServer } from '../../support/remote-server.ts'
import { ADMIN_SECRET, type Json, type KalturaApp, newEntryOf, PARTNER_ID, startKalturaApp } from './kaltura-app.ts'

const SERVICE = 'eventnotification_eventnotificationtemplate'
const ENTRY = '1'
const TOKEN = '33'

let app: KalturaApp

beforeAll(async () => {
  app = await startKalturaApp({ webhookAllow: '127.0.0.1' })
})

afterAll(() => app.close())

const call = (action: string, parameters: Json = {}, ks = app.admin) =>
  app.call(`${SERVICE}.${action}`, { ks, ...parameters })
const add = (own: Json) =>
  call('add', {
    eventNotificationTemplate: {
      objectType: 'KalturaHttpNotificationTemplate',
      name: 'Tell me',
      eventType: '3',
      eventObjectType: TOKEN,
      ...own,
    },
  })

type Received = Readonly<{ method: string; url: string; headers: IncomingHttpHeaders; body: string }>

/** A receiver that keeps what it gets. */
async function receiver(): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = []
  const { url } = await startRemoteServer((request, response) => {
    const { method = '', url: path = '', headers } = request
    void text(request).then((body) => {
      received.push({ method, url: path, headers, body })
      response.end()
    })
  })
  return { url: `${url}/hook`, received }
}

const finishedToken = async (): Promise<string> => {
  const token = await app.newToken(app.user)
  await app.chunk(app.user, token, 'film')
  return token
}
const signature = (algorithm: string, body: string, secret = ADMIN_SECRET): string =>
  createHash(algorithm).update(`${secret}${body}`).digest('hex')

describe('a template', () => {
  it('is added, changed, switched off and on, listed and deleted', async () => {
    const template = await add({ url: 'https://cms.example/hook', systemName: 'ONE', password: 'secret', method: 2 })
    expect(template).toMatchObject({
      objectType: 'KalturaHttpNotificationTemplate',
      id: expect.any(Number),
      partnerId: PARTNER_ID,
      name: 'Tell me',
      status: 2,
      type: 'httpNotification.Http',
      url: 'https://cms.example/hook',
    })
    expect(template).not.toHaveProperty('password')
    const { id } = template
    const change = { objectType: 'KalturaHttpNotificationTemplate', name: 'Tell us' }
    expect(await call('update', { id, eventNotificationTemplate: change })).toMatchObject({
      name: 'Tell us',
      systemName: 'ONE',
    })
    expect(await call('updateStatus', { id, status: 1 })).toMatchObject({ status: 1 })
    expect(await call('updateStatus', { id, status: '2' })).toMatchObject({ status: 2 })
    expect(await call('get', { id })).toMatchObject({ name: 'Tell us' })
    const copy = await call('clone', { id })
    expect(copy).toMatchObject({ name: 'Tell us', url: 'https://cms.example/hook' })
    expect(copy['id']).not.toBe(id)
    expect(await call('list', { filter: { systemNameEqual: 'ONE' } })).toMatchObject({ totalCount: 2 })
    expect(await app.value(`${SERVICE}.delete`, { ks: app.admin, id })).toBeNull()
    expect(await call('get', { id })).toMatchObject({
      code: 'EVENT_NOTIFICATION_TEMPLATE_NOT_FOUND',
      args: { ID: String(id) },
    })
  })

  it.each<readonly [string, () => Promise<Json>, Json]>([
    [
      'without an address',
      () => add({}),
      { code: 'PROPERTY_VALIDATION_CANNOT_BE_NULL', args: { PROP_NAME: 'KalturaHttpNotificationTemplate::url' } },
    ],
    ['for a private address', () => add({ url: 'http://10.0.0.1/' }), { code: 'PROPERTY_VALIDATION_WRONG_FORMAT' }],
    ['of no kind', () => add({ objectType: 'KalturaEmailNotificationTemplate' }), { code: 'OBJECT_TYPE_ABSTRACT' }],
    [
      'with a condition that is a program',
      () => add({ url: 'https://x.example', eventConditions: [{ objectType: 'KalturaEventFieldCondition' }] }),
      { code: 'OBJECT_TYPE_ABSTRACT', args: { OBJ_TYPE: 'KalturaCondition' } },
    ],
    ['by a user', () => call('list', {}, app.user), { code: 'SERVICE_FORBIDDEN' }],
    ['with a status there is not', () => call('updateStatus', { id: 1, status: 7 }), { code: 'INVALID_ENUM_VALUE' }],
  ])('%s is refused', async (_, run, expected) => {
    expect(await run()).toMatchObject(expected)
  })
})

describe('a notification', () => {
  it('carries the object and is signed with the partner’s secret', async () => {
    const { url, received } = await receiver()
    const data = { objectType: 'KalturaHttpNotificationObjectData', apiObjectType: 'KalturaUploadToken', format: 1 }
    const customHeaders = [{ key: 'X-Mine', value: 'yes' }]
    const template = await add({ url, data, customHeaders, username: 'me', password: 'pw', systemName: 'TOKEN_FULL' })
    const token = await finishedToken()
    await deliverAll(app)
    expect(received).toHaveLength(1)
    const [got] = received
    const body = got?.body ?? ''
    expect(JSON.parse(body)).toMatchObject({
      objectType: 'KalturaHttpNotification',
      eventType: 3,
      eventObjectType: 33,
      templateId: template['id'],
      templateName: 'Tell me',
      templateSystemName: 'TOKEN_FULL',
      object: { objectType: 'KalturaUploadToken', id: token, status: 2, uploadedFileSize: '4' },
    })
    expect(got).toMatchObject({
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-kaltura-signature': signature('sha1', body),
        'x-kaltura-hash-algo': 'sha1',
        'x-mine': 'yes',
        authorization: `Basic ${Buffer.from('me:pw').toString('base64')}`,
      },
    })
    await call('delete', { id: template['id'] })
  })

  it.each([
    [
      2,
      'sha256',
      2,
      /^<\?xml .*<objectType>KalturaHttpNotification<\/objectType><object><objectType>KalturaUploadToken</,
    ],
    [3, 'sha512', 3, /^O:23:"KalturaHttpNotification":/],
  ])('in format %i hashes with %s', async (format, algorithm, secureHashingAlgo, pattern) => {
    const { url, received } = await receiver()
    const data = { objectType: 'KalturaHttpNotificationObjectData', format }
    const template = await add({ url, data, secureHashingAlgo, signSecret: 'own secret' })
    await finishedToken()
    await deliverAll(app)
    const [got] = received
    expect(got?.body).toMatch(pattern)
    expect(got?.headers['x-kaltura-signature']).toBe(signature(algorithm, got?.body ?? '', 'own secret'))
    expect(got?.headers['x-kaltura-hash-algo']).toBe(algorithm)
    await call('delete', { id: template['id'] })
  })

  it('of fields, of text and of nothing', async () => {
    const field = (key: string, value: string) => ({ key, value: { objectType: 'KalturaStringValue', value } })
    const templates: readonly (readonly [Json, Partial<Received>])[] = [
      [
        {
          data: { objectType: 'KalturaHttpNotificationDataFields' },
          contentParameters: [field('a', '1'), field('b', 'x y')],
        },
        { method: 'POST', body: 'a=1&b=x+y' },
      ],
      [
        { method: 1, data: { objectType: 'KalturaHttpNotificationDataFields' }, contentParameters: [field('a', '1')] },
        { method: 'GET', url: '/hook?a=1', body: '' },
      ],
      [
        { method: 3, data: { objectType: 'KalturaHttpNotificationDataText', content: { value: 'hello' } } },
        { method: 'PUT', body: 'hello' },
      ],
      [{}, { method: 'POST', body: '' }],
    ]
    for (const [own, expected] of templates) {
      const { url, received } = await receiver()
      const template = await add({ url, ...own })
      await finishedToken()
      await deliverAll(app)
      expect(received).toMatchObject([expected])
      await call('delete', { id: template['id'] })
    }
  })

  it('comes for what the template names, and for nothing else', async () => {
    const { url, received } = await receiver()
    const data = { objectType: 'KalturaHttpNotificationObjectData', format: 1 }
    const changed = (modifiedColumns: string) => [{ objectType: 'KalturaEventObjectChangedCondition', modifiedColumns }]
    const templates = [
      await add({ url, data, name: 'renamed', eventObjectType: ENTRY, eventConditions: changed('entry.NAME') }),
      await add({ url, data, name: 'status', eventObjectType: ENTRY, eventConditions: changed('entry.STATUS') }),
      await add({ url, data, name: 'deleted', eventObjectType: ENTRY, eventType: 7 }),
      await add({ url, data, name: 'token added', eventType: 2 }),
      await add({ url, data, name: 'off', eventObjectType: ENTRY, automaticDispatchEnabled: false }),
    ]
    const entry = await newEntryOf(app, app.user)
    const entryId = entry['id']
    await app.newToken(app.user)
    await app.call('media.update', { ks: app.user, entryId, mediaEntry: { name: 'Other' } })
    await app.call('media.update', { ks: app.user, entryId, mediaEntry: { tags: 'x' } })
    await deliverAll(app)
    await app.value('media.delete', { ks: app.user, entryId })
    await deliverAll(app)
    const told = received.map(({ body }) => JSON.parse(body) as { templateName: string; object: Json })
    expect(told.map(({ templateName }) => templateName).sort()).toEqual(['deleted', 'renamed', 'token added'])
    expect(told.find(({ templateName }) => templateName === 'deleted')?.object).toMatchObject({
      id: entryId,
      name: 'Other',
      status: 3,
    })
    for (const { id } of templates) await call('delete', { id })
  })
})
