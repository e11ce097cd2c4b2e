import type { FastifyPluginAsync } from 'fastify'
import type { Services } from '../../../services.ts'
import { v0List, v3List } from '../wire/answers.ts'
import { type Call, operation, v0, v3 } from '../wire/operation.ts'
import { readAssetOrder, readPage } from '../wire/page-request.ts'
import { inCategory, readContentFilter } from './content-filter.ts'
import { mediaContents } from './media-content.ts'

/** The library, in pages: docs/dialects/kollus.md#lists. */
export const listMediaContents: FastifyPluginAsync<Readonly<{ services: Services }>> = async (app, { services }) => {
  const answer = async ({ generation, parameters, projectId, key }: Call) => {
    const page = readPage(parameters)
    const order = readAssetOrder(parameters)
    const own = key() === '' ? {} : inCategory(key())
    const filter = { ...readContentFilter(parameters, generation), ...own }
    const { items, total } = await services.library.search(projectId, filter, { ...page.window, order })
    const contents = await mediaContents(services, projectId, items)
    if (generation === 'v0') return v0List(contents, total, page, parameters.get('order') ?? order)
    return v3List(contents, total, page)
  }
  operation(app, services, v0('GET', 'media/library/media_content', { hasIndex: true }), answer)
  operation(app, services, v3('GET', 'media-contents', 'categories/:key/media-contents'), answer)
}
