import type { FastifyPluginAsync } from 'fastify'
import type { Services } from '../../../services.ts'
import { v0List } from '../wire/answers.ts'
import { operation, v0 } from '../wire/operation.ts'
import { readAssetOrder, readPage } from '../wire/page-request.ts'
import { readContentFilter } from './content-filter.ts'
import { type MediaContent, mediaContents } from './media-content.ts'

/** What was uploaded and how far its transcoding is, which pages poll after an upload. */
export const listUploadFiles: FastifyPluginAsync<Readonly<{ services: Services }>> = async (app, { services }) => {
  operation(app, services, v0('GET', 'media/upload_file', { hasIndex: true }), async ({ parameters, projectId }) => {
    const page = readPage(parameters)
    const order = readAssetOrder(parameters)
    const filter = readContentFilter(parameters, 'v0')
    const { items, total } = await services.library.search(projectId, filter, { ...page.window, order })
    const files = (await mediaContents(services, projectId, items)).map(uploadFile)
    return v0List(files, total, page, parameters.get('order') ?? order)
  })
}

function uploadFile(content: MediaContent) {
  return {
    upload_file_key: content.upload_file_key,
    media_content_id: content.id,
    title: content.title,
    transcoding_stage: content.transcoding_stage,
    transcoding_stage_name: content.transcoding_stage_name,
    transcoding_progress: content.transcoding_progress,
    created_at: content.created_at,
    transcoded_at: content.transcoded_at,
  }
}
