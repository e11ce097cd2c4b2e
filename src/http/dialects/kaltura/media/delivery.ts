import type { FastifyPluginAsync } from 'fastify'
import type { PlaybackPaths } from '../../../../core/playback/playback-service.ts'
import type { Services } from '../../../services.ts'
import { KalturaError } from '../errors.ts'
import { DIALECT } from '../session/session.ts'
import { findEntry } from './entry.ts'

type Options = Readonly<{ services: Services }>
type Params = Readonly<{ partnerId: string; '*': string }>

/** Formats of playManifest that are our HLS. `url` stands for any that plays: the vendor's sends a file there. */
const PLAYABLE = ['applehttp', 'hls', 'url']

/**
 * The addresses in an entry's `dataUrl` and `thumbnailUrl`, which lead on to where it plays from now on:
 * docs/dialects/kaltura.md#playback. They need no session and never change.
 */
export const delivery: FastifyPluginAsync<Options> = async (app, { services }) => {
  for (const prefix of ['/p/:partnerId', '/p/:partnerId/sp/:subPartnerId']) {
    app.get<{ Params: Params }>(`${prefix}/playManifest/*`, { schema: { hide: true } }, async (request, reply) => {
      const named = pairsOf(request.params['*'])
      const isPlayable = PLAYABLE.includes(named.get('format') ?? 'url')
      const paths = isPlayable ? await pathsOf(services, request.params.partnerId, named.get('entryId')) : undefined
      return paths === undefined ? reply.code(404).send() : reply.redirect(`${services.publicUrl}${paths.hls}`, 302)
    })
    app.get<{ Params: Params }>(`${prefix}/thumbnail/*`, { schema: { hide: true } }, async (request, reply) => {
      const named = pairsOf(request.params['*'])
      const poster = (await pathsOf(services, request.params.partnerId, named.get('entry_id')))?.poster
      return poster === undefined ? reply.code(404).send() : reply.redirect(`${services.publicUrl}${poster}`, 302)
    })
  }
}

/** Undefined for what is not there, or plays not yet. */
async function pathsOf(services: Services, partnerId: string, entryId = ''): Promise<PlaybackPaths | undefined> {
  const credential = await services.access.credential(DIALECT, { lookup: partnerId })
  if (credential === undefined) return undefined
  try {
    const { view } = await findEntry(services, { projectId: credential.projectId, onlyEntries: undefined }, entryId)
    return services.playback.paths(view)
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
