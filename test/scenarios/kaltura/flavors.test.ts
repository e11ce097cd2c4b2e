import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SourceLifecycle } from '../../../src/core/library/source-lifecycle.ts'
import { chooseTreatment, type Treatment } from '../../../src/core/transcoding/treatment.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { aRendition } from '../../support/rows.ts'
import { type Json, type KalturaApp, newEntryOf, startKalturaApp } from './kaltura-app.ts'
import { finishProcessing, readyEntry } from './ready-entry.ts'
import { vendorClient, vendorObject } from './vendor-client.ts'

let app: KalturaApp
let clock: ManualClock
let client: ReturnType<typeof vendorClient>
/** An entry that plays, for those who change nothing of it. */
let playing: string

beforeAll(async () => {
  clock = new ManualClock()
  app = await startKalturaApp({ clock })
  client = vendorClient(app.url, app.user)
  playing = await newEntry()
})

afterAll(() => app.close())

const treated = (own: Partial<Pick<Treatment, 'delivery'>> = {}): Treatment => ({
  ...chooseTreatment({
    ...{ workflowKey: undefined, profileKey: undefined },
    ...{ audioOnly: false, encrypt: false, passthrough: false },
  }),
  ...own,
})
const newEntry = (ks = app.user, treatment = treated()) => readyEntry(app, ks, { treatment })
const flavorsOf = async (entryId: unknown): Promise<Json[]> =>
  (await client('flavorAsset.getByEntryId', entryId)) as Json[]
const shown = async (entryId: unknown): Promise<unknown[]> =>
  (await flavorsOf(entryId)).map(({ flavorParamsId, status }) => [flavorParamsId, status])
const idOf = async (entryId: unknown, paramsId: number): Promise<unknown> =>
  (await flavorsOf(entryId)).find(({ flavorParamsId }) => flavorParamsId === paramsId)?.['id']
const uploaded = async (content: string): Promise<string> => {
  const token = await app.newToken(app.user)
  await app.chunk(app.user, token, content)
  return token
}
const tokenResource = (token: string) => vendorObject('UploadedFileTokenResource', { token })

/** Does what a worker does with the size that was asked for last, or fails at it. */
async function finishEncoding(name: string, outcome: 'made' | 'failed' = 'made'): Promise<void> {
  const { work, random, queue } = app.infrastructure
  const job = await queue.claim({ kinds: ['encode'], workerId: 'here', leaseMs: 15_000 })
  if (job === undefined) throw new Error('nothing is to be encoded')
  const lifecycle = new SourceLifecycle({ work, clock, random })
  if (outcome === 'failed') {
    await lifecycle.failed(job, { code: 'media_refused', reason: 'damaged', message: 'It cannot be decoded.' })
    return
  }
  const { id: _, sourceId: __, ...made } = aRendition({ id: job.sourceId }, { name, playlist: `${name}-1/index.m3u8` })
  await lifecycle.extended(job, [made], new Map([[name, [name]]]))
}

describe('a further size', () => {
  it('is made when it is asked for, once, and can be made anew', async () => {
    const entryId = await newEntry()
    expect(await client('flavorAsset.convert', entryId, 240)).toBeNull()
    expect(await client('flavorAsset.convert', entryId, 240)).toBeNull()
    expect(await shown(entryId)).toEqual([
      [0, 2],
      [720, 2],
      [240, 1],
    ])
    const id = await idOf(entryId, 240)
    expect(await client('flavorAsset.get', id)).toMatchObject({ entryId, status: 1, isOriginal: false, size: 0 })
    expect(await client('flavorAsset.getUrl', id)).toMatchObject({ code: 'FLAVOR_ASSET_IS_NOT_READY' })
    await finishEncoding('240p')
    expect(await client('flavorAsset.get', id)).toMatchObject({ id, status: 2, flavorParamsId: 240 })
    // It is there already.
    expect(await client('flavorAsset.convert', entryId, 240)).toBeNull()
    expect(await shown(entryId)).toHaveLength(3)

    await clock.advance(1_000)
    expect(await client('flavorAsset.reconvert', id)).toBeNull()
    expect(await client('flavorAsset.get', id)).toMatchObject({ id, status: 1 })
    await finishEncoding('240p')
    expect(await client('flavorAsset.get', id)).toMatchObject({ id, status: 2 })
  })

  it('that came to nothing is shown as that, and can be asked for again', async () => {
    const entryId = await newEntry()
    await client('flavorAsset.convert', entryId, 240)
    await finishEncoding('240p', 'failed')
    const id = await idOf(entryId, 240)
    expect(await client('flavorAsset.get', id)).toMatchObject({ status: -1 })
    await clock.advance(1_000)
    expect(await client('flavorAsset.reconvert', id)).toBeNull()
    expect(await client('flavorAsset.get', id)).toMatchObject({ status: 1 })
    await finishEncoding('240p')
    expect(await shown(entryId)).toContainEqual([240, 2])
  })

  it('leaves what plays when it is deleted, which is said in XML too', async () => {
    const entryId = await newEntry()
    await client('flavorAsset.convert', entryId, 240)
    await finishEncoding('240p')
    expect(await client('flavorAsset.deleteAction', await idOf(entryId, 240))).toBeNull()
    expect(await shown(entryId)).toEqual([
      [0, 2],
      [720, 2],
    ])
    const id = await idOf(entryId, 720)
    const { body } = await inXml('delete', { id: String(id) })
    expect(body).toBe(
      '<error><code>ASSET_NOT_ALLOWED</code>' +
        `<message>Flavor asset id &quot;${id}&quot; not allowed</message><objectType>KalturaAPIException</objectType>` +
        `<args><item><objectType>KalturaApiExceptionArg</objectType><name>ID</name><value>${id}</value></item></args></error>`,
    )
  })

  it('is the whole entry’s affair where it is all that plays', async () => {
    const entryId = await newEntry()
    await clock.advance(1_000)
    expect(await client('flavorAsset.reconvert', await idOf(entryId, 720))).toBeNull()
    // It plays on until all of it is made anew.
    expect(await client('media.get', entryId)).toMatchObject({ status: 2 })
    expect(await client('flavorAsset.reconvert', await idOf(entryId, 720))).toMatchObject({
      code: 'INVALID_ENTRY_STATUS',
      message: 'Invalid entry status',
    })
  })
})

/** The result alone. */
async function inXml(action: string, parameters: Readonly<Record<string, string>>): Promise<{ body: string }> {
  const form = new URLSearchParams({ ...parameters, ks: app.user })
  const response = await fetch(`${app.url}/api_v3/service/flavorasset/action/${action}`, { method: 'POST', body: form })
  return { body: /<result>(.*)<\/result>/s.exec(await response.text())?.[1] ?? '' }
}

describe('refusals', () => {
  const convert = (entryId: unknown, paramsId = 240) => client('flavorAsset.convert', entryId, paramsId)
  it.each<readonly [string, () => Promise<unknown>, Json]>([
    ['an entry there is not', () => convert('0_nothing'), { code: 'ENTRY_ID_NOT_FOUND' }],
    ['somebody else’s entry', async () => convert(await newEntry(app.admin)), { code: 'INVALID_KS' }],
    [
      'a size that nothing makes',
      () => convert(playing, 144),
      { code: 'FLAVOR_PARAMS_ID_NOT_FOUND', message: 'Flavor params id "144" not found', args: { ID: '144' } },
    ],
    ['the original', () => convert(playing, 0), { code: 'FLAVOR_PARAMS_ID_NOT_FOUND' }],
    [
      'an entry without content',
      async () => convert((await newEntryOf(app, app.user))['id']),
      { code: 'INVALID_ENTRY_STATUS' },
    ],
    [
      'a film that is played as it came',
      async () => convert(await newEntry(app.user, treated({ delivery: 'passthrough' }))),
      {
        code: 'ENTRY_MEDIA_TYPE_NOT_SUPPORTED',
        message: 'Entry media type "1" not supported',
        args: { MEDIA_TYPE: '1' },
      },
    ],
    ['a flavour there is not', () => client('flavorAsset.reconvert', '0_x'), { code: 'FLAVOR_ASSET_ID_NOT_FOUND' }],
    [
      'the original, anew',
      async () => client('flavorAsset.reconvert', await idOf(playing, 0)),
      { code: 'FLAVOR_ASSET_RECONVERT_ORIGINAL', message: 'Cannot reconvert original flavor asset', args: [] },
    ],
    [
      'to delete the original',
      async () => client('flavorAsset.deleteAction', await idOf(playing, 0)),
      { code: 'ASSET_NOT_ALLOWED' },
    ],
    [
      'to delete while another is made',
      async () => {
        const entryId = await newEntry()
        await convert(entryId)
        const refused = await client('flavorAsset.deleteAction', await idOf(entryId, 720))
        await finishEncoding('240p')
        return refused
      },
      { code: 'INVALID_ENTRY_STATUS' },
    ],
  ])('%s', async (_, run, expected) => {
    expect(await run()).toMatchObject(expected)
  })
})

describe('the original', () => {
  it('is announced, then comes, and keeps the name it was announced by', async () => {
    const entry = await newEntryOf(app, app.user)
    const flavorAsset = vendorObject('FlavorAsset', { flavorParamsId: 0 })
    const announced = (await client('flavorAsset.add', entry['id'], flavorAsset)) as Json
    expect(announced).toMatchObject({
      objectType: 'KalturaFlavorAsset',
      entryId: entry['id'],
      status: 0,
      isOriginal: true,
      flavorParamsId: 0,
    })
    const { id } = announced
    expect(await client('flavorAsset.get', id)).toEqual(announced)
    const token = await uploaded('the original')
    expect(await client('flavorAsset.setContent', id, tokenResource(token))).toMatchObject({
      entryId: entry['id'],
      status: 0,
    })
    expect(await client('media.get', entry['id'])).toMatchObject({ status: 1 })
    await finishProcessing(app, token)
    expect(await client('flavorAsset.get', id)).toMatchObject({ status: 2, isOriginal: true, sizeInBytes: 12 })
    const again = await client('flavorAsset.add', entry['id'], flavorAsset)
    expect(again).toMatchObject({
      code: 'FLAVOR_ASSET_ALREADY_EXISTS',
      args: { ASSET_ID: await idOf(entry['id'], 0), PARAMS_ID: '0' },
    })
  })

  it('can be another one, and is known by its old name too', async () => {
    const entryId = await newEntry()
    const id = await idOf(entryId, 0)
    await clock.advance(1_000)
    const token = await uploaded('other words')
    expect(await client('flavorAsset.setContent', id, tokenResource(token))).toMatchObject({ id, status: 2 })
    expect(await client('media.get', entryId)).toMatchObject({ status: 2, replacementStatus: 1 })
    await finishProcessing(app, token)
    expect(await client('flavorAsset.get', id)).toMatchObject({ entryId, version: 2, sizeInBytes: 11 })
  })

  it('is all that a file can be brought for', async () => {
    const entryId = playing
    const small = vendorObject('FlavorAsset', { flavorParamsId: 240 })
    expect(await client('flavorAsset.add', entryId, small)).toMatchObject({
      code: 'FLAVOR_PARAMS_ID_NOT_FOUND',
      args: { ID: '240' },
    })
    const id = await idOf(entryId, 720)
    const token = await uploaded('made elsewhere')
    expect(await client('flavorAsset.setContent', id, tokenResource(token))).toMatchObject({
      code: 'ASSET_NOT_ALLOWED',
      args: { ID: id },
    })
    expect(await app.call('uploadToken.get', { ks: app.user, uploadTokenId: token })).toMatchObject({ status: 2 })
  })

  it('lies nowhere else', async () => {
    const entryId = playing
    expect(await client('flavorAsset.getRemotePaths', await idOf(entryId, 0))).toEqual({
      objectType: 'KalturaRemotePathListResponse',
      objects: [],
      totalCount: 0,
    })
  })
})
