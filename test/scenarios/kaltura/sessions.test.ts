import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '../../../src/core/ids.ts'
import { encodeKsV1, encodeKsV2 } from '../../../src/http/dialects/kaltura/session/ks.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { ADMIN_SECRET, type KalturaApp, PARTNER_ID, startKalturaApp, USER_SECRET } from './kaltura-app.ts'
import { vendorClient } from './vendor-client.ts'

const clock = new ManualClock()
const nowS = (): number => Math.floor(clock.now() / 1000)
let app: KalturaApp

beforeAll(async () => {
  app = await startKalturaApp({ clock })
})

afterAll(() => app.close())

const content = (own: object = {}) => ({
  partnerId: PARTNER_ID,
  expiresAtS: nowS() + 600,
  type: 0,
  userId: 'ann',
  privileges: '',
  ...own,
})
const ksOf = (own: object = {}): string => encodeKsV2(content(own), ADMIN_SECRET, Buffer.alloc(16, 7))
const list = (ks: string, more: object = {}) => app.call('uploadToken.list', { ks, ...more })
const invalid = (subject: string) => ({
  code: 'INVALID_KS',
  message: `Invalid KS "${subject}", Error "-1,INVALID_STR"`,
  args: { KSID: subject, ERR_CODE: '-1', ERR_DESC: 'INVALID_STR' },
})

describe('session.start', () => {
  const start = (own: object) => app.value('session.start', { partnerId: PARTNER_ID, ...own })

  it.each([
    ['an administrator with the admin secret', { secret: ADMIN_SECRET, type: 2 }],
    ['a user with the admin secret', { secret: ADMIN_SECRET, type: 0, userId: 'ann' }],
    ['a user with the user secret', { secret: USER_SECRET }],
    ['who sends numbers as text', { secret: ADMIN_SECRET, type: '2', expiry: '60', partnerId: '101' }],
  ])('lets in %s', async (_, own) => {
    const ks = await start(own)
    expect(await list(String(ks))).toMatchObject({ objectType: 'KalturaUploadTokenListResponse' })
  })

  it.each([
    ['an administrator with the user secret', { secret: USER_SECRET, type: 2 }],
    ['a wrong secret', { secret: 'x' }],
    ['an empty secret', { secret: '' }],
    ['an unknown partner', { secret: ADMIN_SECRET, partnerId: 102 }],
  ])('refuses %s', async (_, own) => {
    const partner = String((own as { partnerId?: number }).partnerId ?? PARTNER_ID)
    expect(await start(own)).toEqual({
      code: 'START_SESSION_ERROR',
      message: `Error while starting session for partner [${partner}]`,
      objectType: 'KalturaAPIException',
      args: { PID: partner },
    })
  })

  it('gives nobody more than a day', async () => {
    const ks = await start({ secret: ADMIN_SECRET, expiry: 10_000_000, userId: 'ann', privileges: 'edit:*' })
    expect(await app.call('session.get', { ks })).toEqual({
      sessionType: 0,
      partnerId: PARTNER_ID,
      userId: 'ann',
      expiry: nowS() + 86_400,
      privileges: 'edit:*',
      objectType: 'KalturaSessionInfo',
    })
  })
})

describe('a KS', () => {
  it('made by a client on its own is as good as ours, in both versions', async () => {
    for (const ks of [encodeKsV1(content(), ADMIN_SECRET, 5), ksOf()])
      expect(await list(ks)).toMatchObject({ totalCount: 0 })
  })

  const BAD: readonly (readonly [string, () => string, () => object])[] = [
    ['that is none', () => 'garbage', () => invalid('garbage')],
    [
      'signed with the user secret',
      () => encodeKsV1(content(), USER_SECRET, 1),
      () => invalid(encodeKsV1(content(), USER_SECRET, 1)),
    ],
    ['that has expired', () => ksOf({ expiresAtS: nowS() }), () => invalid('EXPIRED')],
    ['for another address', () => ksOf({ privileges: 'iprestrict:10.0.0.1' }), () => invalid('EXCEEDED_RESTRICTED_IP')],
    ['for other paths', () => ksOf({ privileges: 'urirestrict:/p/*' }), () => invalid('EXCEEDED_RESTRICTED_URI')],
  ]

  it.each(BAD)('%s is refused', async (_, ks, expected) => {
    expect(await list(ks())).toMatchObject(expected())
  })

  it('may be bound to where it is used', async () => {
    const privileges = 'iprestrict:127.0.0.1,urirestrict:/x|/api_v3/*'
    expect(await list(ksOf({ privileges }))).toMatchObject({ totalCount: 0 })
  })

  it('with a limit of actions is used up by them, each call of a multirequest being one', async () => {
    const ks = ksOf({ privileges: 'actionslimit:3,actionslimit:9' })
    expect(await list(ks)).toMatchObject({ totalCount: 0 })
    const call = { service: 'uploadToken', action: 'list' }
    expect(await app.value('multirequest.null', { ks, 1: call, 2: call, 3: call })).toMatchObject([
      { totalCount: 0 },
      { totalCount: 0 },
      invalid('EXCEEDED_ACTIONS_LIMIT'),
    ])
    expect(await list(ks)).toMatchObject(invalid('EXCEEDED_ACTIONS_LIMIT'))
    expect(await list(ksOf({ privileges: 'actionslimit:3', userId: 'other' }))).toMatchObject({ totalCount: 0 })
    expect(await list(ksOf({ privileges: 'actionslimit:many' }))).toMatchObject(invalid('EXCEEDED_ACTIONS_LIMIT'))
  })

  it('that nobody may use from here does not use up its actions', async () => {
    const privileges = 'actionslimit:1,urirestrict:/api_v3/service/uploadtoken/action/list'
    const ks = ksOf({ privileges })
    const elsewhere = await app.call('uploadToken.get', { ks, uploadTokenId: 'x' })
    expect(elsewhere).toMatchObject(invalid('EXCEEDED_RESTRICTED_URI'))
    const response = await fetch(
      `${app.url}/api_v3/service/uploadtoken/action/list?format=1&ks=${encodeURIComponent(ks)}`,
    )
    expect(await response.json()).toMatchObject({ totalCount: 0 })
  })

  it('with the role of a player looks and does not touch', async () => {
    const ks = ksOf({ privileges: 'setrole:PLAYBACK_BASE_ROLE', type: 2 })
    expect(await list(ks)).toMatchObject({ totalCount: 0 })
    expect(await app.call('uploadToken.add', { ks })).toMatchObject({ code: 'SERVICE_FORBIDDEN' })
  })

  it('limited to an entry knows no other', async () => {
    const entries = await Promise.all(
      [1, 2].map(() => app.call('media.add', { ks: app.admin, entry: { mediaType: 1 } })),
    )
    const [own, other] = entries.map(({ id }) => String(id))
    const ks = ksOf({ privileges: `limitentry:${own}`, type: 2 })
    expect(await app.call('media.get', { ks, entryId: own })).toMatchObject({ id: own })
    expect(await app.call('media.get', { ks, entryId: other })).toMatchObject({ code: 'ENTRY_ID_NOT_FOUND' })
    expect(await app.call('media.list', { ks, filter: { statusEqual: '7' } })).toMatchObject({
      totalCount: 1,
      objects: [{ id: own }],
    })
    expect(await app.call('media.list', { ks, filter: { idEqual: other } })).toMatchObject({ totalCount: 0 })
  })

  it('speaks for its own partner alone', async () => {
    expect(await list(ksOf(), { partnerId: 102 })).toMatchObject(invalid('INVALID_PARTNER'))
    expect(await list(ksOf(), { partnerId: PARTNER_ID })).toMatchObject({ totalCount: 0 })
  })

  it('is over once it was ended', async () => {
    const ks = ksOf({ userId: 'ended' })
    expect(await app.value('session.end', { ks })).toBeNull()
    expect(await list(ks)).toMatchObject(invalid('LOGOUT'))
    expect(await list(ksOf({ userId: 'other' }))).toMatchObject({ totalCount: 0 })
  })

  it('is asked for', async () => {
    expect(await app.call('uploadToken.list')).toMatchObject({
      code: 'MISSING_KS',
      message: 'Missing KS, session not established',
      args: [],
    })
    expect(await app.call('uploadToken.add', { partnerId: PARTNER_ID })).toMatchObject({
      code: 'SERVICE_FORBIDDEN',
      message: 'The access to service [uploadtoken->add] is forbidden',
    })
  })
})

it('lets players look and not touch', async () => {
  const session = await app.call('session.startWidgetSession', { widgetId: `_${PARTNER_ID}` })
  expect(session).toMatchObject({ partnerId: PARTNER_ID, userId: '0', objectType: 'KalturaStartWidgetSessionResponse' })
  const ks = String(session['ks'])
  expect(await list(ks)).toMatchObject({ totalCount: 0 })
  expect(await app.call('uploadToken.add', { ks })).toMatchObject({ code: 'SERVICE_FORBIDDEN' })
  expect(await app.call('session.startWidgetSession', { widgetId: '_102' })).toMatchObject({
    code: 'INVALID_WIDGET_ID',
    args: { WIDGET_ID: '_102' },
  })
})

it('gives a session of another partner of the project, and of no other', async () => {
  const impersonate = (secret: string, impersonatedPartnerId: number, type = 2) =>
    app.value('session.impersonate', { secret, partnerId: PARTNER_ID, impersonatedPartnerId, type, userId: 'eve' })
  const infoOf = async (ks: unknown) => app.call('session.get', { ks })
  const refused = {
    code: 'START_SESSION_ERROR',
    message: `Error while starting session for partner [${PARTNER_ID}]`,
    args: { PID: String(PARTNER_ID) },
  }
  expect(await infoOf(await impersonate(ADMIN_SECRET, PARTNER_ID))).toMatchObject({ sessionType: 2, userId: 'eve' })
  expect(await impersonate(ADMIN_SECRET, 103)).toMatchObject(refused)
  const { work } = app.infrastructure
  const project = await work.read.projects.first()
  if (project === undefined) throw new Error('no project')
  const other = { ...project, id: newId('project', clock.now(), app.infrastructure.random), name: 'other' }
  await work.read.projects.insert(other)
  for (const [projectId, lookup] of [
    [project.id, '103'],
    [other.id, '104'],
  ] as const) {
    const secrets = { adminSecret: `admin of ${lookup}`, userSecret: `user of ${lookup}` }
    await app.services.access.putCredential({ projectId, dialect: 'kaltura', lookup, secrets })
  }
  const ks = await impersonate(ADMIN_SECRET, 103)
  expect(await infoOf(ks)).toMatchObject({ partnerId: 103, sessionType: 2, userId: 'eve' })
  // Who knows a user's secret becomes a user.
  expect(await infoOf(await impersonate(USER_SECRET, 103, 0))).toMatchObject({ partnerId: 103, sessionType: 0 })
  expect(await impersonate(USER_SECRET, 103)).toMatchObject(refused)
  expect(await impersonate(ADMIN_SECRET, 104)).toMatchObject(refused)

  const byKs = (session: unknown, own = {}, caller = app.admin) =>
    app.call('session.impersonateByKs', { ks: caller, session, ...own })
  const made = await byKs(ks, { type: 0, privileges: 'edit:*' })
  const info = { objectType: 'KalturaSessionInfo', partnerId: 103, sessionType: 0, userId: 'eve', privileges: 'edit:*' }
  expect(made).toMatchObject(info)
  expect(await infoOf(made['ks'])).toMatchObject(info)
  expect(await byKs(ks)).toMatchObject({ sessionType: 2, userId: 'eve' })
  const elsewhere = await app.value('session.start', { secret: 'admin of 104', partnerId: 104, type: 2 })
  expect(await byKs(elsewhere)).toMatchObject(refused)
  expect(await byKs('nonsense')).toMatchObject(refused)
  expect(await byKs(ks, {}, app.user)).toMatchObject(refused)
  const client = vendorClient(app.url, app.admin)
  expect(await client('session.impersonateByKs', ks)).toMatchObject({
    objectType: 'KalturaSessionInfo',
    partnerId: 103,
  })
})

describe('an application token', () => {
  const hash = (algorithm: string, ks: string, token: unknown): string =>
    createHash(algorithm).update(`${ks}${token}`).digest('hex')
  const widget = async (): Promise<string> =>
    String((await app.call('session.startWidgetSession', { widgetId: `_${PARTNER_ID}` }))['ks'])
  const newToken = (own: object = {}) =>
    app.call('appToken.add', { ks: app.admin, appToken: { objectType: 'KalturaAppToken', ...own } })

  it('is hashed with the KS of the call', () => {
    expect(hash('sha256', 'KSSTRING', 'tokenvalue')).toBe(
      'ce11b65206b6f7393971c824a25f6c01d33597c7291e983578c7dbde490df7ce',
    )
  })

  it.each([
    [undefined, 'sha1'],
    ['MD5', 'md5'],
    ['SHA256', 'sha256'],
    ['SHA512', 'sha512'],
  ])('starts sessions of its own kind (hash %s)', async (hashType, algorithm) => {
    const token = await newToken({ hashType, sessionUserId: 'app', sessionPrivileges: 'edit:*', sessionDuration: 60 })
    expect(token).toMatchObject({ status: 2, partnerId: PARTNER_ID, token: expect.stringMatching(/^[0-9a-f]{32}$/) })
    const ks = await widget()
    const session = await app.call('appToken.startSession', {
      ks,
      id: token['id'],
      tokenHash: hash(algorithm, ks, token['token']),
      sessionPrivileges: 'mine:1,edit:x,actionslimit:5',
    })
    expect(session).toMatchObject({
      objectType: 'KalturaSessionInfo',
      sessionType: 0,
      userId: 'app',
      expiry: nowS() + 60,
      privileges: `sessionid:${token['id']},apptoken:${token['id']},edit:*,mine:1`,
    })
    expect(await app.call('uploadToken.add', { ks: session['ks'] })).toMatchObject({ status: 0, userId: 'app' })
  })

  it('refuses a wrong hash, a hash of another session, one that is over and one that is gone', async () => {
    const ks = await widget()
    const token = await newToken({ expiry: nowS() + 10 })
    const start = (tokenHash: string) => app.call('appToken.startSession', { ks, id: token['id'], tokenHash })
    expect(await start('x')).toMatchObject({ code: 'INVALID_APP_TOKEN_HASH' })
    expect(await start(hash('sha1', app.admin, token['token']))).toMatchObject({ code: 'INVALID_APP_TOKEN_HASH' })
    await clock.advance(10_000)
    expect(await start(hash('sha1', ks, token['token']))).toMatchObject({
      code: 'APP_TOKEN_EXPIRED',
      args: { ID: token['id'] },
    })
    expect(await app.call('appToken.startSession', { ks, id: '0_none', tokenHash: 'x' })).toMatchObject({
      code: 'APP_TOKEN_ID_NOT_FOUND',
    })
  })

  it('takes its sessions along when it is deleted', async () => {
    const ks = await widget()
    const token = await newToken()
    const session = await app.call('appToken.startSession', {
      ks,
      id: token['id'],
      tokenHash: hash('sha1', ks, token['token']),
    })
    expect(await list(String(session['ks']))).toMatchObject({ totalCount: 0 })
    expect(await app.value('appToken.delete', { ks: app.admin, id: token['id'] })).toBeNull()
    expect(await list(String(session['ks']))).toMatchObject(invalid('LOGOUT'))
    expect(await app.call('appToken.get', { ks: app.admin, id: token['id'] })).toMatchObject({
      code: 'APP_TOKEN_ID_NOT_FOUND',
    })
  })

  it('can be changed, but for what the server set', async () => {
    const token = await newToken({ description: 'first', sessionDuration: 60 })
    const update = (appToken: object) => app.call('appToken.update', { ks: app.admin, id: token['id'], appToken })
    expect(await update({ description: 'second', token: token['token'] })).toMatchObject({
      description: 'second',
      sessionDuration: 60,
      token: token['token'],
    })
    expect(await update({ token: 'mine' })).toMatchObject({
      code: 'PROPERTY_VALIDATION_NOT_UPDATABLE',
      args: { PROP_NAME: 'KalturaAppToken::token' },
    })
    const asUser = { ks: app.user, id: token['id'], appToken: { description: 'x' } }
    expect(await app.call('appToken.update', asUser)).toMatchObject({ code: 'INVALID_KS' })
  })

  it('is an administrator’s business', async () => {
    const token = await newToken({ description: 'mine' })
    expect(await app.call('appToken.get', { ks: app.user, id: token['id'] })).toMatchObject({ code: 'INVALID_KS' })
    expect(await app.call('appToken.list', { ks: app.admin, filter: { idEqual: token['id'] } })).toMatchObject({
      totalCount: 1,
      objects: [{ id: token['id'], description: 'mine' }],
    })
  })
})
