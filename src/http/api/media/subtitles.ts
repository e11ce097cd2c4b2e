import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from 'typebox'
import { SUBTITLE_KINDS, type Subtitle, type SubtitleKind } from '../../../core/transcoding/subtitle.ts'
import { MAX_SUBTITLE_BYTES } from '../../../core/transcoding/subtitle-text.ts'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { AssetParams } from '../assets/asset-schema.ts'
import { callerProject } from '../authentication.ts'
import { Text } from '../text-schema.ts'
import { bytesBody, bytesOf, takeWholeBodies } from './whole-body.ts'

const tags = ['media']
const Kind = Type.Unsafe<SubtitleKind>({ type: 'string', enum: SUBTITLE_KINDS })

export const SubtitleSchema = Type.Object(
  {
    id: Type.String(),
    language: Type.String({ description: 'BCP 47' }),
    label: Type.String({ description: 'What viewers choose it by' }),
    kind: Kind,
    isDefault: Type.Boolean(),
    createdAt: Type.String({ format: 'date-time' }),
  },
  {
    $id: 'Subtitle',
    description: 'A text that is shown with an asset',
    examples: [
      {
        id: 'sub_01k0example000000000000000',
        language: 'ko',
        label: 'Korean',
        kind: 'subtitles',
        isDefault: false,
        createdAt: '2030-01-01T12:00:00.000Z',
      },
    ],
  },
)
type SubtitleDocument = Static<typeof SubtitleSchema>
const SubtitleRef = Type.Unsafe<SubtitleDocument>({ $ref: 'Subtitle#' })

const SubtitleParams = Type.Object({ ...AssetParams.properties, subtitleId: Type.String({ maxLength: 64 }) })

const addSchema = {
  operationId: 'addSubtitle',
  tags,
  summary: 'Add subtitles to an asset',
  description:
    'The body is the file itself: WebVTT, SRT, SubStation Alpha (ASS) or TTML (DFXP), at most 4 MiB. It is shown at once, without ' +
    'encoding anything again, and stays with the asset when its file is replaced.',
  params: AssetParams,
  querystring: Type.Object({
    language: Type.String({ maxLength: 35, description: 'BCP 47, for example en or pt-BR' }),
    label: Type.Optional(Text({ maxLength: 255, description: 'The language when absent' })),
    kind: Type.Optional(Kind),
    default: Type.Optional(Type.Unsafe<'true' | 'false'>({ type: 'string', enum: ['true', 'false'] })),
  }),
  response: { 201: SubtitleRef, ...PROBLEMS },
}
const listSchema = {
  operationId: 'listSubtitles',
  tags,
  summary: "List an asset's subtitles",
  params: AssetParams,
  response: { 200: Type.Object({ items: Type.Array(SubtitleRef) }, { description: 'Oldest first' }), ...PROBLEMS },
}
const getSchema = {
  operationId: 'getSubtitleText',
  tags,
  summary: 'The text of subtitles, as WebVTT',
  params: SubtitleParams,
  response: { 200: bytesBody('WebVTT', 'text/vtt'), ...PROBLEMS },
}
const deleteSchema = {
  operationId: 'deleteSubtitle',
  tags,
  summary: "Remove an asset's subtitles",
  params: SubtitleParams,
  response: { 204: Type.Null({ description: 'They are gone' }), ...PROBLEMS },
}

function toDocument({ id, language, label, kind, isDefault, createdAtMs }: Subtitle): SubtitleDocument {
  return { id, language, label, kind, isDefault, createdAt: new Date(createdAtMs).toISOString() }
}

export const subtitleRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  takeWholeBodies(app, MAX_SUBTITLE_BYTES + 1)
  const requestBody = bytesBody('The subtitles', 'text/vtt', 'application/x-subrip', 'text/x-ssa')
  app.post('/assets/:assetId/subtitles', { schema: addSchema, config: { requestBody } }, async (request, reply) => {
    const { language, label, kind, default: isDefault } = request.query
    const added = await services.subtitles.add(callerProject(request), request.params.assetId, {
      language,
      label,
      ...(kind === undefined ? {} : { kind }),
      isDefault: isDefault === 'true',
      bytes: bytesOf(request.body),
    })
    return reply.code(201).send(toDocument(added))
  })
  app.get('/assets/:assetId/subtitles', { schema: listSchema }, async (request) => ({
    items: (await services.subtitles.list(callerProject(request), request.params.assetId)).map(toDocument),
  }))
  app.get('/assets/:assetId/subtitles/:subtitleId', { schema: getSchema }, async (request, reply) => {
    const { assetId, subtitleId } = request.params
    return reply.type('text/vtt').send(await services.subtitles.text(callerProject(request), assetId, subtitleId))
  })
  app.delete('/assets/:assetId/subtitles/:subtitleId', { schema: deleteSchema }, async (request, reply) => {
    const { assetId, subtitleId } = request.params
    await services.subtitles.remove(callerProject(request), assetId, subtitleId)
    return reply.code(204).send(null)
  })
}
