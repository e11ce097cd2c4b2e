import type { FastifyPluginAsync } from 'fastify'
import type { Services } from '../../services.ts'
import { requireProject } from '../authentication.ts'
import { activateVersion } from './activate-version.ts'
import { copyAsset } from './copy-asset.ts'
import { copyVersion } from './copy-version.ts'
import { createCategory } from './create-category.ts'
import { createChannel } from './create-channel.ts'
import { deleteCategory } from './delete-category.ts'
import { deleteChannel } from './delete-channel.ts'
import { discardVersion } from './discard-version.ts'
import { getChannel } from './get-channel.ts'
import { listCategories } from './list-categories.ts'
import { listChannels } from './list-channels.ts'
import { listPlacements } from './list-placements.ts'
import { listVersions } from './list-versions.ts'
import { mapChannel } from './map-channel.ts'
import { placeAsset } from './place-asset.ts'
import { replacePlacement } from './replace-placement.ts'
import { restorePlacement } from './restore-placement.ts'
import { searchAssets } from './search-assets.ts'
import { unmapChannel } from './unmap-channel.ts'
import { updateAsset } from './update-asset.ts'
import { updateCategory } from './update-category.ts'
import { updateChannel } from './update-channel.ts'
import { withdrawAsset } from './withdraw-asset.ts'

/** Organising and publishing: editing and searching assets, their versions, categories, channels and placements. */
export const libraryRoutes: FastifyPluginAsync<{ services: Services }> = async (app, { services }) => {
  requireProject(app, services)
  await app.register(activateVersion, { services })
  await app.register(copyAsset, { services })
  await app.register(copyVersion, { services })
  await app.register(createCategory, { services })
  await app.register(createChannel, { services })
  await app.register(deleteCategory, { services })
  await app.register(deleteChannel, { services })
  await app.register(discardVersion, { services })
  await app.register(getChannel, { services })
  await app.register(listCategories, { services })
  await app.register(listChannels, { services })
  await app.register(listPlacements, { services })
  await app.register(listVersions, { services })
  await app.register(mapChannel, { services })
  await app.register(placeAsset, { services })
  await app.register(replacePlacement, { services })
  await app.register(restorePlacement, { services })
  await app.register(searchAssets, { services })
  await app.register(unmapChannel, { services })
  await app.register(updateAsset, { services })
  await app.register(updateCategory, { services })
  await app.register(updateChannel, { services })
  await app.register(withdrawAsset, { services })
}
