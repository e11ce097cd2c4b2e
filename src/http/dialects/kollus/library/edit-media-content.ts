import type { FastifyPluginAsync } from 'fastify'
import { DomainError } from '../../../../core/errors.ts'
import type { ProjectId } from '../../../../core/ids.ts'
import type { AssetEdit } from '../../../../core/library/asset-changes.ts'
import type { Services } from '../../../services.ts'
import { categoryIdOf } from '../keys.ts'
import type { KollusParameters } from '../parameters.ts'
import { v0Item, v3Data } from '../wire/answers.ts'
import { type Call, operation, v0, v3 } from '../wire/operation.ts'
import { NO_CATEGORY } from './content-filter.ts'
import { findContent } from './find-content.ts'
import { oneMediaContent } from './media-content.ts'

/** Title, tags, description and category. What is not named stays. Source: docs/dialects/kollus.md#media-contents. */
export const editMediaContent: FastifyPluginAsync<Readonly<{ services: Services }>> = async (app, { services }) => {
  const answer = async ({ generation, projectId, parameters, key }: Call) => {
    const { asset } = await findContent(services, projectId, key())
    const edit = await readEdit(services, projectId, parameters)
    const content = await oneMediaContent(services, projectId, await services.library.update(projectId, asset.id, edit))
    return generation === 'v0' ? v0Item(content) : v3Data(content)
  }
  operation(app, services, v0('POST', 'media/library/edit/:key'), answer)
  operation(app, services, v3('PUT', 'media-contents/:key'), answer)
  operation(app, services, v3('POST', 'media-contents/:key'), answer)
}

async function readEdit(services: Services, projectId: ProjectId, parameters: KollusParameters): Promise<AssetEdit> {
  const category = parameters.get('category_key')
  return {
    title: parameters.get('title'),
    description: parameters.get('description'),
    tags: (parameters.get('tags') ?? parameters.get('tag'))?.split(','),
    ...(category !== undefined && { categoryIds: await categoryOf(services, projectId, category) }),
  }
}

/** The category a key names, as a list; none for the default one. Throws not_found. */
export async function categoryOf({ categories }: Services, projectId: ProjectId, key: string) {
  if (key === NO_CATEGORY) return []
  const id = categoryIdOf(key)
  if (id === undefined) throw new DomainError('not_found', `There is no category ${key}.`)
  return [(await categories.get(projectId, id)).id]
}
