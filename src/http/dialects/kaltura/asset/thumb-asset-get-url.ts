import { KalturaError } from '../errors.ts'
import { type Entry, findEntry } from '../media/entry.ts'
import { entryUrls } from '../media/entry-urls.ts'
import type { Call, Operation, OperationParameter } from '../operation.ts'
import type { CastObject } from '../schema/cast.ts'
import { findThumb, thumbsOf } from './thumb-asset.ts'

/** What of KalturaThumbParams stands in an address, and what it is called there. */
const WORDS = {
  width: 'width',
  height: 'height',
  cropType: 'type',
  quality: 'quality',
  cropX: 'src_x',
  cropY: 'src_y',
  cropWidth: 'src_w',
  cropHeight: 'src_h',
  backgroundColor: 'bgcolor',
  format: 'format',
} as const

const THUMB_PARAMS = { name: 'thumbParams', type: 'object:KalturaThumbParams', default: null } as const

function urlOf({ services, session }: Call, entry: Entry): string {
  const version = entry.view.source?.version ?? 0
  return entryUrls(services.publicUrl, session.content.partnerId, { id: entry.id, version }).thumbnail
}

/** The address of the picture as these params have it; without params in its own size. */
function sizedUrl(url: string, params: CastObject | undefined): string {
  if (params === undefined) return `${url}/width/0/height/0`
  const said = Object.entries(WORDS).flatMap(([name, word]) => {
    const value = params.values[name]
    if (value === undefined || value === null || value === '') return []
    const text = name === 'backgroundColor' ? String(value).replace(/^(?:#|0x)/i, '') : String(value)
    return [`/${word}/${encodeURIComponent(text)}`]
  })
  const isSized = ['width', 'height'].some((name) => typeof params.values[name] === 'number')
  return url + (isSized ? '' : '/width/0/height/0') + said.join('')
}

async function urlOfThumb(call: Call, name: string): Promise<string> {
  const { entry } = await findThumb(call, call.text(name))
  return sizedUrl(urlOf(call, entry), call.object('thumbParams'))
}

/** Where a picture is. */
export const thumbAssetGetUrl: Operation = {
  service: 'thumbAsset',
  action: 'getUrl',
  admits: 'session',
  parameters: [{ name: 'id', type: 'string' }, { name: 'storageId', type: 'int', default: null }, THUMB_PARAMS],
  run: (call) => urlOfThumb(call, 'id'),
}

/** The picture itself. */
export const thumbAssetServe: Operation = {
  service: 'thumbAsset',
  action: 'serve',
  admits: 'session',
  parameters: [
    { name: 'thumbAssetId', type: 'string' },
    { name: 'version', type: 'int', default: null },
    THUMB_PARAMS,
    { name: 'options', type: 'object:KalturaThumbnailServeOptions', default: null },
  ],
  run: async (call) => ({ redirect: await urlOfThumb(call, 'thumbAssetId') }),
}

const PARAMS_ID: OperationParameter = { name: 'thumbParamId', type: 'int', default: null }

/** The picture of an entry. There are no thumb params here that it could have been made by. */
export const thumbAssetServeByEntryId: Operation = {
  service: 'thumbAsset',
  action: 'serveByEntryId',
  admits: 'session',
  parameters: [{ name: 'entryId', type: 'string' }, PARAMS_ID],
  async run(call) {
    const entry = await findEntry(call.services, call.session, call.text('entryId'))
    if (call.number('thumbParamId') !== 0) throw noThumbParams(call.number('thumbParamId'))
    if (thumbsOf(entry).length === 0) throw new KalturaError('THUMB_ASSET_IS_NOT_READY')
    return { redirect: sizedUrl(urlOf(call, entry), undefined) }
  },
}

/** As the vendor's server says it of params that it does not have. */
export function noThumbParams(id: number): KalturaError {
  return new KalturaError('THUMB_ASSET_ID_NOT_FOUND', { ID: String(id) })
}
