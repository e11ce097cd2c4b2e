import { isDomainError } from '../../../../core/errors.ts'
import { allParamsIds } from '../conversion/flavor-params.ts'
import { KalturaError } from '../errors.ts'
import { assertMayEdit, ENTRY_STATUS, type Entry, entryStatus, findEntry, mediaTypeOf } from '../media/entry.ts'
import type { Call, Operation } from '../operation.ts'
import { findFlavor, flavorsOf, isReady, SOUND_PARAMS_ID, SOURCE_PARAMS_ID } from './flavor-asset.ts'

/** Has one size more made of what the entry plays, which goes on. What there is already is left as it is. */
export const flavorAssetConvert: Operation = {
  service: 'flavorAsset',
  action: 'convert',
  admits: 'user',
  parameters: [
    { name: 'entryId', type: 'string' },
    { name: 'flavorParamsId', type: 'int' },
    { name: 'priority', type: 'int', default: 0 },
  ],
  async run(call) {
    const entry = await findEntry(call.services, call.session, call.text('entryId'))
    assertMayEdit(call.session, entry)
    const paramsId = call.number('flavorParamsId')
    const known = (await allParamsIds(call)).filter((id) => id !== SOURCE_PARAMS_ID && id !== SOUND_PARAMS_ID)
    if (!known.includes(paramsId)) throw new KalturaError('FLAVOR_PARAMS_ID_NOT_FOUND', { ID: String(paramsId) })
    assertConvertible(entry)
    await addSize(call, entry, paramsId)
    return null
  },
}

/**
 * Makes a flavour anew. It is not offered until it is there; where the entry plays nothing else, or sound alone, all of
 * it is made anew, and plays on until then.
 */
export const flavorAssetReconvert: Operation = {
  service: 'flavorAsset',
  action: 'reconvert',
  admits: 'user',
  parameters: [{ name: 'id', type: 'string' }],
  async run(call) {
    const { services, session } = call
    const { flavor, entry } = await findFlavor(call, call.text('id'))
    assertMayEdit(session, entry)
    if (flavor.paramsId === SOURCE_PARAMS_ID) throw new KalturaError('FLAVOR_ASSET_RECONVERT_ORIGINAL')
    assertConvertible(entry)
    const { rendition, paramsId } = flavor
    const { id: assetId } = entry.view.asset
    const isOneOfMany = entry.view.renditions.filter(({ track }) => track === undefined).length > 1
    try {
      if (rendition === undefined) await addSize(call, entry, paramsId)
      else if (rendition.heightPx === undefined || !isOneOfMany) {
        await services.reprocess.start(session.projectId, assetId, {})
      } else {
        await services.renditionRemoval.remove(session.projectId, assetId, rendition.name)
        await addSize(call, entry, paramsId)
      }
    } catch (error) {
      throw isDomainError(error, 'state_conflict')
        ? new KalturaError('INVALID_ENTRY_STATUS', {}, { cause: error })
        : error
    }
    return null
  },
}

/** Throws INVALID_ENTRY_STATUS for what does not play, ORIGINAL_FLAVOR_ASSET_IS_MISSING without a file to make it of. */
function assertConvertible(entry: Entry): void {
  if (entryStatus(entry.view) !== ENTRY_STATUS.ready) throw new KalturaError('INVALID_ENTRY_STATUS')
  const [original] = flavorsOf(entry)
  if (original === undefined || !isReady(original)) throw new KalturaError('ORIGINAL_FLAVOR_ASSET_IS_MISSING')
}

async function addSize({ services, session }: Call, { view }: Entry, lines: number): Promise<void> {
  try {
    await services.renditions.addSize(session.projectId, view.asset.id, lines)
  } catch (error) {
    if (!isDomainError(error, 'state_conflict')) throw error
    const { reason } = error.details ?? {}
    if (reason === 'nothing_new') return
    if (reason !== 'not_adaptive') throw new KalturaError('INVALID_ENTRY_STATUS', {}, { cause: error })
    const args = { MEDIA_TYPE: String(mediaTypeOf(view)) }
    throw new KalturaError('ENTRY_MEDIA_TYPE_NOT_SUPPORTED', args, { cause: error })
  }
}
