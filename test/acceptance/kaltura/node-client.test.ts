import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { KEYS, type RunningServer, startServer } from '../support/start-server.ts'

const PACKAGE = dirname(fileURLToPath(import.meta.resolve('kaltura-client')))
const { partnerId, adminSecret } = KEYS.kaltura

let server: RunningServer
let directory: string

beforeAll(async () => {
  server = await startServer()
  directory = await mkdtemp(join(tmpdir(), 'reeldock-vendor-suite-'))
  // The suite reads its configuration and its film relative to where it is run.
  await writeFile(
    join(directory, 'config.json'),
    JSON.stringify({ secret: adminSecret, partnerId, serviceUrl: server.url }),
  )
  await symlink(join(PACKAGE, 'test'), join(directory, 'test'))
})

afterAll(async () => {
  await server.remove()
  await rm(directory, { recursive: true, force: true })
})

it("passes the Node client's own suite, unmodified", async () => {
  const runner = fileURLToPath(new URL('./run-vendor-suite.ts', import.meta.url))
  const child = spawn(process.execPath, [runner, join(PACKAGE, 'test', 'media.js')], { cwd: directory })
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  const passed = output.split('\n').filter((line) => line.startsWith('{"passed"'))
  expect({ code, passed, errors: code === 0 ? '' : errors }).toEqual({
    code: 0,
    errors: '',
    passed: [
      '{"passed":"Start session > User KS > not null"}',
      '{"passed":"Add media > Multiple requests > entry created"}',
      '{"passed":"Add media > Single multi-request > entry created"}',
      '{"passed":"Add media > from buffers > creates file"}',
    ],
  })
})

it('makes entries of what the suite sent, each ready and playable in the end', async () => {
  const call = async (action: string, parameters: object): Promise<unknown> => {
    const response = await fetch(`${server.url}/api_v3/service/${action}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ format: 1, ...parameters }),
    })
    return response.json()
  }
  const ks = await call('session/action/start', { secret: adminSecret, partnerId, type: 2 })
  type Entry = { id: string; status: number; dataUrl: string; thumbnailUrl: string }
  type List = { objects: readonly Entry[] }
  type Context = { sources: readonly { format: string; url: string }[] }
  const list = async (): Promise<List> =>
    (await call('media/action/list', { ks, filter: { statusIn: '-2,-1,0,1,2,7' } })) as List
  const statuses = async (): Promise<unknown> => (await list()).objects.map(({ status }) => status)
  await expect.poll(statuses, { timeout: 110_000, interval: 500 }).toEqual([2, 2, 2])
  const sent = await readFile(join(PACKAGE, 'test', 'DemoVideo.mp4'))
  for (const { id, dataUrl, thumbnailUrl } of (await list()).objects) {
    // The file as the suite sent it, and what a player plays.
    expect(Buffer.from(await (await fetch(dataUrl)).arrayBuffer()).equals(sent)).toBe(true)
    const { sources } = (await call('baseentry/action/getPlaybackContext', { ks, entryId: id })) as Context
    expect(sources).toMatchObject([{ format: 'applehttp' }, { format: 'mpegdash' }])
    expect(await (await fetch(sources[0]?.url ?? '')).text()).toMatch(/^#EXTM3U\n/)
    expect(await (await fetch(sources[1]?.url ?? '')).text()).toContain('<MPD ')
    const flavors = (await call('flavorasset/action/getByEntryId', { ks, entryId: id })) as { isOriginal: boolean }[]
    expect(flavors.map(({ isOriginal }) => isOriginal)).toEqual([true, ...flavors.slice(1).map(() => false)])
    expect(flavors.length).toBeGreaterThan(1)
    // The picture is made beside the film, and may come after it.
    await expect.poll(() => beginningOf(thumbnailUrl), { timeout: 60_000, interval: 200 }).toBe('200 image/jpeg ffd8ff')
  }
})

it('clones an entry and gives its file to another by the client’s own calls, and both outlive it', async () => {
  const kaltura = createRequire(import.meta.url)('kaltura-client')
  const { session, media, baseEntry, flavorAsset } = kaltura.services
  const configuration = new kaltura.Configuration()
  configuration.serviceUrl = server.url
  const silent = () => undefined
  configuration.setLogger({ log: silent, error: silent, debug: silent })
  const client = new kaltura.Client(configuration)
  const call = (request: { execute(by: unknown): Promise<unknown> }) => request.execute(client) as Promise<Entry>
  type Entry = { id: string; name: string; status: number; dataUrl: string; objects: readonly Entry[] }
  client.setKs(await call(session.start(adminSecret, '', kaltura.enums.SessionType.ADMIN, partnerId)))
  const [original] = (await call(media.listAction())).objects
  if (original === undefined) throw new Error('the suite left no entry')
  const { CAPTIONS, USERS } = kaltura.enums.BaseEntryCloneOptions
  const { EXCLUDE_COMPONENT, INCLUDE_COMPONENT } = kaltura.enums.CloneComponentSelectorType
  const option = (itemType: string, rule: string) =>
    new kaltura.objects.BaseEntryCloneOptionComponent({ itemType, rule })
  const options = [option(CAPTIONS, EXCLUDE_COMPONENT), option(USERS, INCLUDE_COMPONENT)]
  const copies = [
    await call(baseEntry.cloneAction(original.id)),
    await call(baseEntry.cloneAction(original.id, options)),
  ]
  const empty = new kaltura.objects.MediaEntry({ name: original.name, mediaType: kaltura.enums.MediaType.VIDEO })
  const { id } = await call(media.add(empty))
  copies.push(await call(media.addContent(id, new kaltura.objects.EntryResource({ entryId: original.id }))))
  await call(media.deleteAction(original.id))
  const sent = await readFile(join(PACKAGE, 'test', 'DemoVideo.mp4'))
  for (const copy of copies) {
    expect(copy).toMatchObject({ name: original.name, status: 2 })
    expect(copy.id).not.toBe(original.id)
    expect(Buffer.from(await (await fetch(copy.dataUrl)).arrayBuffer()).equals(sent)).toBe(true)
    const [flavor] = (await call(flavorAsset.getByEntryId(copy.id))) as unknown as readonly Entry[]
    expect(flavor).toMatchObject({ entryId: copy.id, isOriginal: true })
  }
  const failure = await call(baseEntry.cloneAction(original.id)).catch((error: unknown) => error)
  expect(failure).toMatchObject({ code: 'ENTRY_ID_NOT_FOUND', message: `Entry id "${original.id}" not found` })
})

it('has the client choose the picture of a moment, and gets it in the size that it asks for', async () => {
  const kaltura = createRequire(import.meta.url)('kaltura-client')
  const { session, media, thumbAsset } = kaltura.services
  const configuration = new kaltura.Configuration()
  configuration.serviceUrl = server.url
  const silent = () => undefined
  configuration.setLogger({ log: silent, error: silent, debug: silent })
  const client = new kaltura.Client(configuration)
  client.setKs(await session.start(adminSecret, '', kaltura.enums.SessionType.ADMIN, partnerId).execute(client))
  const [entry] = (await media.listAction().execute(client)).objects
  const moment = new kaltura.objects.ThumbParams({ videoOffset: 3 })
  const { id } = await thumbAsset.generate(entry.id, moment).execute(client)
  const status = async (): Promise<number> => (await thumbAsset.get(id).execute(client)).status
  await expect.poll(status, { timeout: 60_000, interval: 200 }).toBe(kaltura.enums.ThumbAssetStatus.READY)
  const sizeOf = async (params: object): Promise<string> => {
    const url = await thumbAsset.getUrl(id, null, new kaltura.objects.ThumbParams(params)).execute(client)
    const { format, width, height } = await sharp(Buffer.from(await (await fetch(url)).arrayBuffer())).metadata()
    return `${format} ${width}x${height}`
  }
  const { CROP, RESIZE_WITH_PADDING } = kaltura.enums.ThumbCropType
  expect(await sizeOf({ width: 100, height: 80, cropType: CROP })).toBe('jpeg 100x80')
  expect(await sizeOf({ width: 64, height: 64, cropType: RESIZE_WITH_PADDING, format: 'png' })).toBe('png 64x64')
})

async function beginningOf(url: string): Promise<string> {
  const response = await fetch(url)
  const bytes = Buffer.from(await response.arrayBuffer())
  return `${response.status} ${response.headers.get('content-type')} ${bytes.toString('hex', 0, 3)}`
}
