import type { FastifyPluginAsync } from 'fastify'
import type { Services } from '../../services.ts'
import { requireProject } from '../authentication.ts'
import { addRenditions } from './add-renditions.ts'
import { deleteAsset } from './delete-asset.ts'
import { getAsset } from './get-asset.ts'
import { listAssets } from './list-assets.ts'
import { removeRendition } from './remove-rendition.ts'
import { reprocessAsset } from './reprocess-asset.ts'

/** The library. */
export const assetRoutes: FastifyPluginAsync<{ services: Services }> = async (app, { services }) => {
  requireProject(app, services)
  await app.register(listAssets, { services })
  await app.register(getAsset, { services })
  await app.register(deleteAsset, { services })
  await app.register(addRenditions, { services })
  await app.register(removeRendition, { services })
  await app.register(reprocessAsset, { services })
}
