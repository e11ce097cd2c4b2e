import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { contiguousBytes, receivedBytes } from '../../../core/uploads/ranges.ts'
import { OPEN_STATES, type Upload, type UploadState } from '../../../core/uploads/upload.ts'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { callerProject } from '../authentication.ts'
import { type Cursor, cutPage, pageQuery, readCursor } from '../paging.ts'
import { stateNow } from './status-document.ts'
import { OwnerId, type UploadPage, UploadPageRef } from './upload-schema.ts'

const STATES = {
  open: OPEN_STATES,
  finished: ['complete', 'consumed'],
  all: [],
} as const satisfies Record<string, readonly UploadState[]>

const Query = Type.Object({
  ...pageQuery,
  state: Type.Optional(
    Type.Unsafe<keyof typeof STATES>({ type: 'string', enum: Object.keys(STATES), default: 'open' }),
  ),
  ownerId: Type.Optional(OwnerId('Only uploads that were issued for this owner')),
})

const schema = {
  operationId: 'listUploads',
  tags: ['uploads'],
  summary: 'List uploads',
  description:
    'Newest first; those that still take bytes unless asked otherwise. With the same credential each can be ' +
    'continued from `contiguousBytes`, also on another device than the one that began it.',
  querystring: Query,
  response: { 200: UploadPageRef, ...PROBLEMS },
}

export const listUploads: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get('/uploads', { schema }, async (request) => {
    const { state = 'open', ownerId } = request.query
    const cursor: Cursor = readCursor('upload', request.query)
    const filter = { states: STATES[state], ...(ownerId === undefined ? {} : { ownerId }) }
    const found = await services.uploads.list(callerProject(request), filter, cursor.page)
    const { shown, nextCursor } = cutPage(found, cursor, (upload) => upload.id)
    const nowMs = services.clock.now()
    const items = shown.map((upload) => item(upload, nowMs))
    return { items: state === 'open' ? items.filter((upload) => upload.state !== 'expired') : items, nextCursor }
  })
}

function item(upload: Upload, nowMs: number): UploadPage['items'][number] {
  return {
    id: upload.id,
    state: stateNow(upload, nowMs),
    fileName: upload.fileName,
    sizeBytes: upload.sizeBytes ?? null,
    receivedBytes: receivedBytes(upload.ranges),
    contiguousBytes: contiguousBytes(upload.ranges),
    createdAt: new Date(upload.createdAtMs).toISOString(),
    expiresAt: new Date(upload.expiresAtMs).toISOString(),
    ownerId: upload.policy.ownerId ?? null,
    asset: upload.assetId === undefined ? null : { id: upload.assetId },
  }
}
