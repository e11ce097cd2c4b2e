import { type Static, Type } from 'typebox'
import type { AssetState } from '../../core/library/asset-state.ts'

const STATES = ['waiting', 'uploading', 'processing', 'ready', 'failed'] as const satisfies readonly AssetState[]

export const PlayParams = Type.Object({
  token: Type.String({ maxLength: 64, description: 'From `playback` of an asset' }),
  assetId: Type.String({ maxLength: 64, examples: ['ast_01k0example000000000000000'] }),
})

export const FileParams = Type.Object({
  ...PlayParams.properties,
  sourceId: Type.String({ maxLength: 64 }),
  rendition: Type.String({ maxLength: 64, examples: ['720p'] }),
  file: Type.String({ maxLength: 64, examples: ['seg-00001.m4s'] }),
})

export const PlaybackInfoSchema = Type.Object(
  {
    title: Type.String(),
    state: Type.Unsafe<AssetState>({ type: 'string', enum: STATES }),
    hls: Type.Union([Type.String({ format: 'uri' }), Type.Null()], {
      description: 'Null while nothing can be played, and for what is passed through',
    }),
    original: Type.Union([Type.String({ format: 'uri' }), Type.Null()], {
      description: 'The original file, where it is passed through as it came',
    }),
    contentType: Type.Union([Type.String(), Type.Null()], { description: 'Of `original`' }),
    poster: Type.Union([Type.String({ format: 'uri' }), Type.Null()]),
    durationMs: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
  },
  {
    $id: 'PlaybackInfo',
    description: 'What a player page shows',
    examples: [
      {
        title: 'Holiday',
        state: 'ready',
        hls: 'https://video.example.com/play/token/ast_01k0example000000000000000/master.m3u8',
        original: null,
        contentType: null,
        poster: 'https://video.example.com/play/token/ast_01k0example000000000000000/poster.jpg',
        durationMs: 61_440,
      },
    ],
  },
)

export type PlaybackInfo = Static<typeof PlaybackInfoSchema>
export const PlaybackInfoRef = Type.Unsafe<PlaybackInfo>({ $ref: 'PlaybackInfo#' })

/** A body of bytes in the OpenAPI document. */
export function fileResponse(description: string, ...contentTypes: readonly string[]) {
  const bytes = { schema: Type.String({ format: 'binary' }) }
  return { description, content: Object.fromEntries(contentTypes.map((type) => [type, bytes])) }
}
