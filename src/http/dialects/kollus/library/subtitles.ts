import { buffer } from 'node:stream/consumers'
import type { FastifyPluginAsync } from 'fastify'
import { DomainError } from '../../../../core/errors.ts'
import { MAX_SUBTITLE_BYTES } from '../../../../core/transcoding/subtitle-text.ts'
import type { FormFile } from '../../../multipart.ts'
import { takeRawBodies } from '../../../request-body.ts'
import type { Services } from '../../../services.ts'
import { projectOf } from '../access.ts'
import { failAs } from '../errors.ts'
import { readParameters } from '../parameters.ts'
import { v3Data } from '../wire/answers.ts'
import { readFlag, readRequired } from '../wire/flags.ts'
import { operation, v3 } from '../wire/operation.ts'
import { findContent } from './find-content.ts'
import { takeFormFile } from './form-file.ts'
import { subtitleItem } from './subtitle.ts'

type Options = Readonly<{ services: Services }>

/**
 * Subtitles of a media content: WebVTT, SRT, SubStation Alpha or TTML, which players offer at once. The vendor has these
 * operations in its console; the addresses are ours: docs/dialects/kollus.md#subtitles.
 */
export const subtitles: FastifyPluginAsync<Options> = async (app, { services }) => {
  await app.register(addSubtitle, { services })
  operation(app, services, v3('GET', 'media-contents/:key/subtitles'), async ({ projectId, key }) => {
    const view = await findContent(services, projectId, key())
    const all = await services.subtitles.list(projectId, view.asset.id)
    return v3Data(all.map((subtitle) => subtitleItem(subtitle, view, services)))
  })
  operation(app, services, v3('DELETE', 'media-contents/:key/subtitles/:subtitle'), async ({ projectId, key }) => {
    const view = await findContent(services, projectId, key())
    await services.subtitles.remove(projectId, view.asset.id, key('subtitle'))
    return v3Data(null)
  })
}

/** A multipart form with a field `file`; the access token is in the query here, and what is said of the file in either. */
const addSubtitle: FastifyPluginAsync<Options> = async (app, { services }) => {
  takeRawBodies(app)
  app.post<{ Params: Readonly<{ key: string }> }>(
    '/api/media-contents/:key/subtitles',
    { schema: { hide: true }, errorHandler: failAs('v3') },
    async (request) => {
      const query = await readParameters(request, services.clock)
      const projectId = await projectOf(services, query)
      const view = await findContent(services, projectId, request.params.key)
      let bytes: Uint8Array = new Uint8Array()
      const fields = await takeFormFile(request, services, async (file) => {
        bytes = await wholeOf(file)
      })
      const said = new Map([...query, ...fields])
      const subtitle = await services.subtitles.add(projectId, view.asset.id, {
        language: readRequired(said, 'language_id'),
        label: said.get('name'),
        isDefault: readFlag(said, 'is_default') ?? false,
        bytes,
      })
      return v3Data(subtitleItem(subtitle, view, services))
    },
  )
}

/** Throws too_large before more than that is in memory. */
async function wholeOf(file: FormFile): Promise<Buffer> {
  let sizeBytes = 0
  return buffer(
    file.body.map((chunk: Buffer) => {
      sizeBytes += chunk.length
      if (sizeBytes > MAX_SUBTITLE_BYTES) {
        throw new DomainError('too_large', `Subtitles have at most ${MAX_SUBTITLE_BYTES} bytes.`)
      }
      return chunk
    }),
  )
}
