import { isDomainError } from '../../../../core/errors.ts'
import { KalturaError } from '../errors.ts'
import { assertMayEdit } from '../media/entry.ts'
import type { Operation } from '../operation.ts'
import { findFlavor } from './flavor-asset.ts'

/**
 * Takes a flavour out of what the entry plays; who watches it goes on. Throws ASSET_NOT_ALLOWED for what the entry cannot
 * be without: its original, the sound of a film, and the only flavour that plays; INVALID_ENTRY_STATUS while flavours are
 * being made.
 */
export const flavorAssetDelete: Operation = {
  service: 'flavorAsset',
  action: 'delete',
  admits: 'user',
  parameters: [{ name: 'id', type: 'string' }],
  async run(call) {
    const { services, session } = call
    const { flavor, entry } = await findFlavor(call, call.text('id'))
    assertMayEdit(session, entry)
    const { rendition } = flavor
    if (rendition === undefined) throw new KalturaError('ASSET_NOT_ALLOWED', { ID: flavor.id })
    try {
      await services.renditionRemoval.remove(session.projectId, entry.view.asset.id, rendition.name)
    } catch (error) {
      if (!isDomainError(error, 'state_conflict')) throw error
      const isLater = ['busy', 'not_ready'].includes(String(error.details?.['reason']))
      if (isLater) throw new KalturaError('INVALID_ENTRY_STATUS', {}, { cause: error })
      throw new KalturaError('ASSET_NOT_ALLOWED', { ID: flavor.id }, { cause: error })
    }
    return null
  },
}
