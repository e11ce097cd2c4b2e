import { afterAll, beforeAll, expect, it } from 'vitest'
import { newId } from '../../../src/core/ids.ts'
import { encodeKsV2 } from '../../../src/http/dialects/kaltura/session/ks.ts'
import { SystemRandom } from '../../../src/system/system-random.ts'
import {
  ADMIN_SECRET,
  formData,
  type Json,
  type KalturaApp,
  newEntryOf,
  PARTNER_ID,
  startKalturaApp,
} from './kaltura-app.ts'

let app: KalturaApp
let stranger: string

beforeAll(async () => {
  app = await startKalturaApp()
  stranger = await startStrangers()
})

afterAll(() => app.close())

type Request = Readonly<{ path: string; body: Json }>
type Expected = Readonly<{ code: string; message: string; args: readonly (readonly [name: string, value: string])[] }>

const of = (action: string, body: Json = {}): Request => {
  const [service, name] = action.split('.')
  return { path: `/api_v3/service/${service}/action/${name}`, body }
}
const resource = (token: string) => ({ objectType: 'KalturaUploadedFileTokenResource', token })
const expired = (): string =>
  encodeKsV2(
    { partnerId: PARTNER_ID, expiresAtS: 1_000, type: 2, userId: '', privileges: '' },
    ADMIN_SECRET,
    Buffer.alloc(16),
  )

/** An administrator's session of another partner, who has a project of their own. */
async function startStrangers(): Promise<string> {
  const { work } = app.infrastructure
  const projectId = newId('project', 1, new SystemRandom())
  await work.transaction(async (tx) => {
    await tx.projects.insert({ id: projectId, name: 'Strangers', createdAtMs: Date.UTC(2040, 0, 1) })
    const secrets = { partnerId: '202', adminSecret: 'strangers-admin', userSecret: 'strangers-user' }
    await tx.credentials.put({ projectId, dialect: 'kaltura', lookup: '202', secrets })
  })
  return String(await app.value('session.start', { secret: 'strangers-admin', partnerId: 202, type: 2 }))
}

/** A token whose file is an entry's already. */
async function spentToken(): Promise<string> {
  const token = await app.newToken(app.user)
  await app.chunk(app.user, token, 'x')
  const { id } = await newEntryOf(app, app.user)
  await app.call('media.addContent', { ks: app.user, entryId: id, resource: resource(token) })
  return token
}

const NO_TOKEN: Expected = { code: 'UPLOAD_TOKEN_NOT_FOUND', message: 'Upload token not found', args: [] }
const invalidKs = (subject: string, code = '-1', text = 'INVALID_STR'): Expected => ({
  code: 'INVALID_KS',
  message: `Invalid KS "${subject}", Error "${code},${text}"`,
  args: [
    ['KSID', subject],
    ['ERR_CODE', code],
    ['ERR_DESC', text],
  ],
})

const CASES: readonly (readonly [string, () => Request | Promise<Request>, Expected])[] = [
  [
    'no service',
    () => ({ path: '/api_v3/', body: {} }),
    { code: 'SERVICE_NOT_SPECIFIED', message: 'Service name was not specified, please specify one', args: [] },
  ],
  [
    'no action',
    () => ({ path: '/api_v3/service/media', body: {} }),
    { code: 'ACTION_NOT_SPECIFIED', message: 'Action name was not specified, please specify one', args: [] },
  ],
  [
    'an unknown service',
    () => of('noSuchThing.get'),
    {
      code: 'SERVICE_DOES_NOT_EXISTS',
      message: 'Service "nosuchthing" does not exists',
      args: [['SRV_NAME', 'nosuchthing']],
    },
  ],
  [
    'an unknown action',
    () => of('uploadToken.flyAway'),
    {
      code: 'ACTION_DOES_NOT_EXISTS',
      message: 'Action "flyaway" does not exists for service "uploadtoken"',
      args: [
        ['ACTION_NAME', 'flyaway'],
        ['SERVICE_NAME', 'uploadtoken'],
      ],
    },
  ],
  [
    'a missing parameter',
    () => of('uploadToken.get', { ks: app.user }),
    {
      code: 'MISSING_MANDATORY_PARAMETER',
      message: 'Missing parameter "uploadTokenId"',
      args: [['PARAM_NAME', 'uploadTokenId']],
    },
  ],
  [
    'a value that an enumeration does not have',
    () => of('uploadToken.list', { ks: app.user, filter: { statusEqual: 'many' } }),
    {
      code: 'INVALID_ENUM_VALUE',
      message:
        'Invalid enumeration value "many" for parameter "statusEqual", expecting enumeration type "KalturaUploadTokenStatus"',
      args: [
        ['ENUM_VAL', 'many'],
        ['PARAM_NAME', 'statusEqual'],
        ['ENUM_TYPE', 'KalturaUploadTokenStatus'],
      ],
    },
  ],
  [
    'what only the server sets',
    () => of('uploadToken.add', { ks: app.user, uploadToken: { status: 2 } }),
    {
      code: 'PROPERTY_VALIDATION_NOT_UPDATABLE',
      message: 'The property "KalturaUploadToken::status" cannot be updated',
      args: [['PROP_NAME', 'KalturaUploadToken::status']],
    },
  ],
  [
    'what has to be there',
    () =>
      of('media.addContent', {
        ks: app.user,
        entryId: 'x',
        resource: { objectType: 'KalturaUploadedFileTokenResource' },
      }),
    {
      code: 'PROPERTY_VALIDATION_CANNOT_BE_NULL',
      message: 'The property "KalturaUploadedFileTokenResource::token" cannot be null',
      args: [['PROP_NAME', 'KalturaUploadedFileTokenResource::token']],
    },
  ],
  [
    'an object of no kind',
    () => of('media.addContent', { ks: app.user, entryId: 'x', resource: {} }),
    {
      code: 'OBJECT_TYPE_ABSTRACT',
      message: 'The object type "KalturaResource" is abstract, use one of the object implementations',
      args: [['OBJ_TYPE', 'KalturaResource']],
    },
  ],
  [
    'no session',
    () => of('media.list'),
    { code: 'MISSING_KS', message: 'Missing KS, session not established', args: [] },
  ],
  [
    'a partner and no session',
    () => of('uploadToken.add', { partnerId: PARTNER_ID }),
    {
      code: 'SERVICE_FORBIDDEN',
      message: 'The access to service [uploadtoken->add] is forbidden',
      args: [['SERVICE', 'uploadtoken->add']],
    },
  ],
  ['a session that is none', () => of('media.list', { ks: 'rubbish' }), invalidKs('rubbish')],
  ['a session that is over', () => of('media.list', { ks: expired() }), invalidKs('EXPIRED')],
  ['another partner', () => of('media.list', { ks: app.user, partnerId: 999 }), invalidKs('INVALID_PARTNER')],
  [
    'another partner’s secret',
    () => of('session.start', { secret: ADMIN_SECRET, partnerId: 999 }),
    {
      code: 'START_SESSION_ERROR',
      message: 'Error while starting session for partner [999]',
      args: [['PID', '999']],
    },
  ],
  [
    'a user who asks for another’s token',
    async () => of('uploadToken.get', { ks: app.user, uploadTokenId: await app.newToken(app.admin) }),
    NO_TOKEN,
  ],
  [
    'a user who deletes another’s token',
    async () => of('uploadToken.delete', { ks: app.user, uploadTokenId: await app.newToken(app.admin) }),
    NO_TOKEN,
  ],
  [
    'a user who gives another’s token to an entry',
    async () => {
      const { id } = await newEntryOf(app, app.user)
      return of('media.addContent', { ks: app.user, entryId: id, resource: resource(await app.newToken(app.admin)) })
    },
    NO_TOKEN,
  ],
  [
    'another partner’s token',
    async () => of('uploadToken.get', { ks: stranger, uploadTokenId: await app.newToken(app.admin) }),
    NO_TOKEN,
  ],
  [
    'a resource that is not taken',
    async () => {
      const { id } = await newEntryOf(app, app.user)
      return of('media.addContent', { ks: app.user, entryId: id, resource: { objectType: 'KalturaOperationResource' } })
    },
    {
      code: 'RESOURCE_TYPE_NOT_SUPPORTED',
      message: 'Resource type "KalturaOperationResource" not supported',
      args: [['RES_TYPE', 'KalturaOperationResource']],
    },
  ],
  [
    'a text that is too long',
    () => of('media.add', { ks: app.user, entry: { mediaType: 1, name: 'n'.repeat(1_025) } }),
    {
      code: 'PROPERTY_VALIDATION_MAX_LENGTH',
      message: 'The property "KalturaMediaEntry::name" cannot have more than 1024 characters',
      args: [
        ['PROP_NAME', 'KalturaMediaEntry::name'],
        ['MAX_LEN', '1024'],
      ],
    },
  ],
  [
    'an object that is none',
    () => of('media.add', { ks: app.user, entry: 'text' }),
    {
      code: 'PROPERTY_VALIDATION_WRONG_FORMAT',
      message: 'The property "entry" must match format array',
      args: [
        ['PROP_NAME', 'entry'],
        ['FORMAT', 'array'],
      ],
    },
  ],
  ['a token of no form', () => of('uploadToken.get', { ks: app.user, uploadTokenId: '../etc' }), NO_TOKEN],
  [
    'a user who changes another’s entry',
    async () => of('media.delete', { ks: app.user, entryId: (await newEntryOf(app, app.admin))['id'] }),
    invalidKs('', '-4', 'INVALID_TYPE'),
  ],
  [
    'a spent token for another entry',
    async () => {
      const token = await spentToken()
      const { id } = await newEntryOf(app, app.user)
      return of('media.addContent', { ks: app.user, entryId: id, resource: resource(token) })
    },
    {
      code: 'UPLOAD_TOKEN_INVALID_STATUS_FOR_ADD_ENTRY',
      message:
        'Upload token is in an invalid status for adding entry, maybe the a file was not uploaded or the token was used',
      args: [],
    },
  ],
  [
    'an unknown entry',
    () => of('media.get', { ks: app.user, entryId: '0_<b>x' }),
    { code: 'ENTRY_ID_NOT_FOUND', message: 'Entry id "0_x" not found', args: [['ENTRY_ID', '0_x']] },
  ],
]

it.each(CASES)('%s: code, message and arguments in JSON and XML', async (_, makeRequest, expected) => {
  const { path, body } = await makeRequest()
  const { code, message, args } = expected
  const send = async (format: number): Promise<string> => {
    const response = await fetch(`${app.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...body, format }),
    })
    expect(response.status).toBe(200)
    return response.text()
  }
  const error = {
    code,
    message,
    objectType: 'KalturaAPIException',
    args: args.length === 0 ? [] : Object.fromEntries(args),
  }
  expect(await send(1)).toBe(JSON.stringify(error))
  const items = args.map(
    ([name, value]) =>
      `<item><objectType>KalturaApiExceptionArg</objectType><name>${name}</name><value>${escaped(value)}</value></item>`,
  )
  expect(await send(2)).toContain(
    `<xml><result><error><code>${code}</code><message>${escaped(message)}</message>` +
      `<objectType>KalturaAPIException</objectType><args>${items.join('')}</args></error></result>`,
  )
})

it('an entry is not there for another partner', async () => {
  const { id } = await newEntryOf(app, app.admin)
  expect(await app.call('media.get', { ks: stranger, entryId: id })).toEqual({
    code: 'ENTRY_ID_NOT_FOUND',
    message: `Entry id "${id}" not found`,
    objectType: 'KalturaAPIException',
    args: { ENTRY_ID: id },
  })
  expect(await app.call('media.list', { ks: stranger, filter: { idEqual: id } })).toMatchObject({ totalCount: 0 })
})

it('a spent token takes no more bytes, and somebody else’s none at all', async () => {
  const code = 'UPLOAD_TOKEN_INVALID_STATUS_FOR_UPLOAD'
  const message = 'Upload token is in an invalid status for uploading a file, maybe the file was already uploaded'
  const spent = await spentToken()
  expect(await app.chunk(app.user, spent, 'more')).toEqual({
    code,
    message,
    objectType: 'KalturaAPIException',
    args: [],
  })
  const inXml = await fetch(`${app.url}/api_v3/service/uploadtoken/action/upload`, {
    method: 'POST',
    body: formData([
      ['ks', app.user],
      ['uploadTokenId', spent],
      ['fileData', Buffer.from('more'), 'a.mp4'],
    ]),
  })
  expect(await inXml.text()).toContain(
    `<result><error><code>${code}</code><message>${message}</message><objectType>KalturaAPIException</objectType><args></args></error></result>`,
  )
  expect(await app.chunk(app.user, await app.newToken(app.admin), 'x')).toMatchObject({
    code: 'UPLOAD_TOKEN_NOT_FOUND',
  })
})

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
