import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { type Image, MAX_IMAGE_BYTES } from '../../../core/transcoding/image.ts'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { callerProject } from '../authentication.ts'
import { type ImageDocument, ImageRef } from './settings-schema.ts'
import { bytesBody, bytesOf, takeWholeBodies } from './whole-body.ts'

const tags = ['media']

const addSchema = {
  operationId: 'addImage',
  tags,
  summary: 'Store a picture for watermarks',
  description: 'The body is the file itself: PNG (with transparency) or JPEG, at most 512 KiB.',
  response: { 201: ImageRef, ...PROBLEMS },
}
const listSchema = {
  operationId: 'listImages',
  tags,
  summary: 'List the pictures for watermarks',
  description: 'Newest first.',
  response: { 200: Type.Object({ items: Type.Array(ImageRef) }, { description: 'All of them' }), ...PROBLEMS },
}
const deleteSchema = {
  operationId: 'deleteImage',
  tags,
  summary: 'Delete a picture for watermarks',
  description: 'Workflows that name it go on without a watermark.',
  params: Type.Object({ imageId: Type.String({ maxLength: 64 }) }),
  response: { 204: Type.Null({ description: 'It is gone' }), ...PROBLEMS },
}

function toDocument({ id, contentType, sizeBytes, createdAtMs }: Image): ImageDocument {
  return { id, contentType, sizeBytes, createdAt: new Date(createdAtMs).toISOString() }
}

export const imageRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  const settings = services.mediaSettings
  takeWholeBodies(app, MAX_IMAGE_BYTES + 1)
  const requestBody = bytesBody('The picture', 'image/png', 'image/jpeg')
  app.post('/images', { schema: addSchema, config: { requestBody } }, async (request, reply) => {
    const image = await settings.addImage(callerProject(request), bytesOf(request.body))
    return reply.code(201).send(toDocument(image))
  })
  app.get('/images', { schema: listSchema }, async (request) => ({
    items: (await settings.listImages(callerProject(request))).map(toDocument),
  }))
  app.delete('/images/:imageId', { schema: deleteSchema }, async (request, reply) => {
    await settings.deleteImage(callerProject(request), request.params.imageId)
    return reply.code(204).send(null)
  })
}
