import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { isDomainError } from '../../../../core/errors.ts'
import { SHORT } from '../../../playback/cache-control.ts'
import { sendFile } from '../../../playback/send-file.ts'
import { sendPicture } from '../../../playback/send-picture.ts'
import type { Services } from '../../../services.ts'
import { DELIVERY_PREFIXES, entryAt } from '../media/delivery.ts'
import type { Entry } from '../media/entry.ts'
import { BadThumbnail, type Film, readThumbnail, type Thumbnail, thumbnailWords } from './thumbnail-words.ts'

type Params = Readonly<{ partnerId: string; '*': string }>
type Request = FastifyRequest<{ Params: Params; Querystring: Record<string, unknown> }>

/** What the vendor's server says in a header when there is no picture. Source: its list of external errors, 22.x. */
const REFUSALS = {
  entryNotFound: [1, 'requested entry not found'],
  noPicture: [10, 'missing thumbnail fileSync for entry'],
  busy: [11, 'processing capture thumbnail'],
  badQuery: [25, 'wrong query attributes'],
} as const

const RETRY_AFTER_SECONDS = 2

/** An entry's picture in the size that its address says: docs/dialects/kaltura.md#thumbnails. Needs no session. */
export const thumbnail: FastifyPluginAsync<Readonly<{ services: Services }>> = async (app, { services }) => {
  for (const prefix of DELIVERY_PREFIXES) {
    app.get<{ Params: Params; Querystring: Record<string, unknown> }>(
      `${prefix}/thumbnail/*`,
      { schema: { hide: true } },
      (request, reply) => answer(services, request, reply),
    )
  }
}

async function answer(services: Services, request: Request, reply: FastifyReply): Promise<FastifyReply> {
  const words = thumbnailWords(request.params['*'], request.query)
  const entry = await entryAt(services, request.params.partnerId, words.get('entry_id'))
  if (entry === undefined) return refuse(reply, 'entryNotFound')
  try {
    return await send(services, request, reply, { entry, wanted: readThumbnail(words, filmOf(entry)) })
  } catch (error) {
    if (error instanceof BadThumbnail) return refuse(reply, 'badQuery', error.message)
    if (isDomainError(error, 'not_found')) return refuse(reply, 'noPicture')
    if (!isDomainError(error, 'unavailable')) throw error
    return refuse(reply.header('retry-after', RETRY_AFTER_SECONDS), 'busy')
  }
}

async function send(
  { playback, pictures }: Services,
  request: Request,
  reply: FastifyReply,
  { entry: { view }, wanted }: Readonly<{ entry: Entry; wanted: Thumbnail }>,
): Promise<FastifyReply> {
  const token = playback.paths(view)?.token
  const { source, asset } = view
  if (token === undefined || source === undefined) return refuse(reply, 'noPicture')
  const asStored = () => sendFile(request, reply, (options) => playback.poster(token, asset.id, options), SHORT)
  if (wanted.kind === 'stored') return asStored()
  const isStrip = wanted.kind === 'strip'
  const offer = isStrip ? pictures.offerStrip(source, wanted.request) : pictures.offer(source, wanted.request)
  if (offer === undefined) return refuse(reply, 'noPicture')
  const noStrip = async () => refuse(reply, 'noPicture')
  return sendPicture(request, reply, { offer, cacheControl: SHORT, asStored: isStrip ? noStrip : asStored })
}

function filmOf({ view: { source } }: Entry): Film {
  const { video, durationMs = 0 } = source?.media ?? {}
  return { widthPx: video?.widthPx ?? 0, heightPx: video?.heightPx ?? 0, durationMs }
}

/** As the vendor's server: no body, and the reason in a header. */
function refuse(reply: FastifyReply, reason: keyof typeof REFUSALS, more?: string): FastifyReply {
  const [code, text] = REFUSALS[reason]
  reply.header('x-kaltura-app', `exiting on error ${code} - ${text}${more === undefined ? '' : `, ${more}`}`)
  reply.header('x-kaltura', `error-${code}`)
  return reply.code(reason === 'busy' ? 503 : 404).send()
}
