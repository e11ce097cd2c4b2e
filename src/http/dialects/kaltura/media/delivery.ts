import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { isDomainError } from '../../../../core/errors.ts'
import { sendFile } from '../../../playback/send-file.ts'
import type { Services } from '../../../services.ts'
import { extensionOf } from '../asset/flavor-asset.ts'
import { assetNameOf, paramsIdOf } from '../asset/flavor-id.ts'
import { captionFile } from '../caption/caption-file.ts'
import { KalturaError } from '../errors.ts'
import { itemsOf } from '../schema/pager.ts'
import { DIALECT } from '../session/session.ts'
import { type Entry, findEntry } from './entry.ts'

type Options = Readonly<{ services: Services }>
type Params = Readonly<{ partnerId: string; '*': string }>
type Request = FastifyRequest<{ Params: Params }>

/** What the addresses of a partner's content begin with. */
export const DELIVERY_PREFIXES = ['/p/:partnerId', '/p/:partnerId/sp/:subPartnerId'] as const

/** Formats of playManifest that are our HLS. */
const STREAMS = ['applehttp', 'hls', 'applehttp_to_mc']
/** Those that are one file: a flavour's where one is named and has one, else the file as it was sent. */
const FILES = ['url', 'download']
/** What may be another one soon, after a replacement. */
const CACHE = 'public, max-age=10'

/**
 * The addresses of an entry, which lead on to where it plays from now on: docs/dialects/kaltura.md#playback. They need
 * no session and never change.
 */
export const delivery: FastifyPluginAsync<Options> = async (app, { services }) => {
  for (const prefix of DELIVERY_PREFIXES) {
    const hidden = { schema: { hide: true } }
    app.get<{ Params: Params }>(`${prefix}/playManifest/*`, hidden, async (request, reply) => {
      const named = pairsOf(request.params['*'])
      const format = named.get('format') ?? 'url'
      const entry = await entryAt(services, request.params.partnerId, named.get('entryId'))
      if (entry === undefined) return notFound(reply)
      const paths = services.playback.paths(entry.view)
      if (STREAMS.includes(format)) return lead(reply, services, paths?.hls)
      if (format === 'mpegdash') return lead(reply, services, paths?.dash)
      if (!FILES.includes(format)) return notFound(reply)
      const isDownload = format === 'download' ? 'forceDownload/1/' : ''
      const path = request.url.slice(0, request.url.indexOf('/playManifest/'))
      const original = fileOf(entry) && `${path}/serveFlavor/entryId/${entry.id}/${isDownload}name/a.mp4`
      return lead(reply, services, flavorFile(services, entry, named) ?? original)
    })
    app.get<{ Params: Params }>(`${prefix}/captions/*`, hidden, async (request, reply) => {
      const { partnerId, '*': path } = request.params
      const file = await captionFile(services, { partnerId, path, named: pairsOf(path) })
      if (file === undefined) return notFound(reply)
      return reply.header('cache-control', CACHE).type(file.type).send(file.body)
    })
    for (const folder of ['serveFlavor', 'raw']) {
      app.get<{ Params: Params }>(`${prefix}/${folder}/*`, hidden, (request, reply) =>
        sendOriginal(services, request, reply),
      )
    }
  }
}

/** The entry's file; nothing that is protected for playing is given away as a file. */
function fileOf({ view: { source } }: Entry) {
  return source?.media === undefined || source.treatment?.encryption !== undefined ? undefined : source
}

/** The path of a flavour's own file, by any of the ways to name one; undefined for the original, and where there is none. */
function flavorFile({ playback }: Services, { view }: Entry, named: ReadonlyMap<string, string>): string | undefined {
  const token = playback.paths(view)?.token
  if (token === undefined) return undefined
  const ids = itemsOf(named.get('flavorId') ?? named.get('flavorIds')) ?? []
  const parts = ids.map((id) => assetNameOf(id)?.part)
  const params = (itemsOf(named.get('flavorParamIds') ?? named.get('flavorParamId')) ?? []).map(Number)
  const isNamed = (name: string): boolean => parts.includes(name) || params.includes(paramsIdOf(name))
  return playback.downloads(token, view).find(({ name }) => isNamed(name))?.path
}

async function sendOriginal(services: Services, request: Request, reply: FastifyReply): Promise<FastifyReply> {
  const named = pairsOf(request.params['*'])
  const entryId = named.get('entryId') ?? named.get('entry_id')
  const entry = await entryAt(services, request.params.partnerId, entryId)
  const flavor = entry && flavorFile(services, entry, named)
  if (flavor !== undefined) return lead(reply, services, flavor)
  const file = entry && fileOf(entry)
  if (entry === undefined || file === undefined) return notFound(reply)
  if (named.get('forceDownload') === '1') {
    const extension = extensionOf(file.fileName)
    reply.header('content-disposition', `attachment; filename="${entry.id}${extension ? `.${extension}` : ''}"`)
  }
  try {
    return await sendFile(request, reply, (options) => services.playback.original(entry.view, options), CACHE)
  } catch (error) {
    if (isDomainError(error, 'not_found')) return notFound(reply)
    throw error
  }
}

function lead(reply: FastifyReply, { publicUrl }: Services, path: string | undefined): FastifyReply {
  return path === undefined ? notFound(reply) : reply.redirect(`${publicUrl}${path}`, 302)
}

function notFound(reply: FastifyReply): FastifyReply {
  return reply.removeHeader('content-disposition').code(404).send()
}

/** Undefined for what is not there. */
export async function entryAt(services: Services, partnerId: string, entryId = ''): Promise<Entry | undefined> {
  const credential = await services.access.credential(DIALECT, { lookup: partnerId })
  if (credential === undefined) return undefined
  try {
    return await findEntry(services, { projectId: credential.projectId, onlyEntries: undefined }, entryId)
  } catch (error) {
    if (error instanceof KalturaError && error.code === 'ENTRY_ID_NOT_FOUND') return undefined
    throw error
  }
}

/** Names and values alternate, in any order; a file name at the end belongs to nothing. */
function pairsOf(path: string): ReadonlyMap<string, string> {
  const segments = path.split('/')
  const pairs = new Map<string, string>()
  for (let i = 0; i + 1 < segments.length; i += 2) pairs.set(segments[i] ?? '', segments[i + 1] ?? '')
  return pairs
}
