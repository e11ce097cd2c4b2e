import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from 'typebox'
import { MAX_PICTURE_PX, type PictureRequest } from '../../core/playback/picture-plan.ts'
import type { Services } from '../services.ts'
import { SHORT } from './cache-control.ts'
import { fileResponses, PlayParams } from './playback-schema.ts'
import { sendFile } from './send-file.ts'
import { sendPicture } from './send-picture.ts'

const FITS = ['inside', 'pad', 'cover', 'fill'] as const
const DEFAULT_QUALITY = 80

const Side = (description: string) => Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_PICTURE_PX, description }))

const Query = Type.Object({
  width: Side('Pixels; follows from the height when absent'),
  height: Side('Pixels; follows from the width when absent'),
  fit: Type.Optional(
    Type.Unsafe<(typeof FITS)[number]>({
      type: 'string',
      enum: FITS,
      description:
        'Of width and height together: `inside` (as large as fits, the default), `pad` (the same, on a plain ground), ' +
        '`cover` (what is too much is cut off), `fill` (squeezed)',
    }),
  ),
  background: Type.Optional(
    Type.String({ pattern: '^[0-9A-Fa-f]{6}$', description: 'Of the ground, as RGB; black when absent' }),
  ),
  quality: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: `${DEFAULT_QUALITY} when absent` })),
})

const schema = {
  operationId: 'getPoster',
  tags: ['playback'],
  summary: 'A picture of the asset',
  description:
    'As it is stored; with `width` or `height` as a JPEG of that size, never larger than what is stored. Where the ' +
    'server cannot make it, the picture comes in its own size.',
  security: [],
  params: PlayParams,
  querystring: Query,
  response: fileResponses('The picture', 'image/jpeg'),
}

export const poster: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  const { playback, pictures } = services
  for (const method of ['GET', 'HEAD'] as const) {
    app.route({
      method,
      exposeHeadRoute: false,
      url: '/play/:token/:assetId/poster.jpg',
      schema: { ...schema, hide: method === 'HEAD' },
      handler: async (request, reply) => {
        const { token, assetId } = request.params
        const asStored = () => sendFile(request, reply, (options) => playback.poster(token, assetId, options), SHORT)
        const wish = wishOf(request.query)
        const source = wish && (await playback.open(token, assetId)).source
        const offer = wish && source && pictures.offer(source, wish)
        return offer ? sendPicture(request, reply, { offer, cacheControl: SHORT, asStored }) : asStored()
      },
    })
  }
}

/** Undefined: the picture as it is stored. */
function wishOf({ width, height, fit, background, quality }: Static<typeof Query>): PictureRequest | undefined {
  if (width === undefined && height === undefined) return undefined
  return {
    widthPx: width ?? 0,
    heightPx: height ?? 0,
    fit: fit ?? 'inside',
    enlarges: false,
    background: `#${background ?? '000000'}`,
    quality: quality ?? DEFAULT_QUALITY,
    format: 'jpeg',
  }
}
