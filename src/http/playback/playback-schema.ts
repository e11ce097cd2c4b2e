import { type Static, Type } from 'typebox'
import type { AssetState } from '../../core/library/asset-state.ts'
import { SUBTITLE_KINDS, type SubtitleKind } from '../../core/transcoding/subtitle.ts'
import { PROBLEMS } from '../problem-schema.ts'

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
    dash: Type.Union([Type.String({ format: 'uri' }), Type.Null()], {
      description: 'DASH manifest; of encrypted assets there is none',
    }),
    original: Type.Union([Type.String({ format: 'uri' }), Type.Null()], {
      description: 'The original file, where it is passed through as it came',
    }),
    contentType: Type.Union([Type.String(), Type.Null()], { description: 'Of `original`' }),
    poster: Type.Union([Type.String({ format: 'uri' }), Type.Null()]),
    sprites: Type.Union([Type.String({ format: 'uri' }), Type.Null()], {
      description: 'WebVTT map of small pictures for the seek bar',
    }),
    durationMs: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
    subtitles: Type.Array(
      Type.Object({
        label: Type.String({ description: 'What viewers choose it by' }),
        language: Type.String({ description: 'BCP 47' }),
        kind: Type.Unsafe<SubtitleKind>({ type: 'string', enum: SUBTITLE_KINDS }),
        isDefault: Type.Boolean(),
        url: Type.String({ format: 'uri', description: 'WebVTT' }),
      }),
      { description: 'The master playlist names them too; a player of `original` learns of them here' },
    ),
  },
  {
    $id: 'PlaybackInfo',
    description: 'What a player page shows',
    examples: [
      {
        title: 'Holiday',
        state: 'ready',
        hls: 'https://video.example.com/play/token/ast_01k0example000000000000000/master.m3u8',
        dash: 'https://video.example.com/play/token/ast_01k0example000000000000000/manifest.mpd',
        original: null,
        contentType: null,
        poster: 'https://video.example.com/play/token/ast_01k0example000000000000000/poster.jpg',
        sprites: 'https://video.example.com/play/token/ast_01k0example000000000000000/sprites.vtt',
        durationMs: 61_440,
        subtitles: [
          {
            label: 'Korean',
            language: 'ko',
            kind: 'subtitles',
            isDefault: false,
            url: 'https://video.example.com/play/token/ast_01k0example000000000000000/subtitles/sub_01k0example000000000000000.vtt',
          },
        ],
      },
    ],
  },
)

export type PlaybackInfo = Static<typeof PlaybackInfoSchema>
export const PlaybackInfoRef = Type.Unsafe<PlaybackInfo>({ $ref: 'PlaybackInfo#' })

export const StoryboardSchema = Type.Object(
  {
    durationMs: Type.Integer({ minimum: 0 }),
    widthPx: Type.Integer({ minimum: 1, description: 'Of one small picture' }),
    heightPx: Type.Integer({ minimum: 1 }),
    tiles: Type.Array(
      Type.Object({
        startMs: Type.Integer({ minimum: 0, description: 'It is shown from here to the next one' }),
        url: Type.String({ format: 'uri', description: 'The sheet it is on' }),
        x: Type.Integer({ minimum: 0, description: 'Where on the sheet, in pixels' }),
        y: Type.Integer({ minimum: 0 }),
      }),
    ),
  },
  {
    $id: 'Storyboard',
    description: 'Small pictures of a film, in order',
    examples: [
      {
        durationMs: 61_440,
        widthPx: 160,
        heightPx: 90,
        tiles: [
          {
            startMs: 0,
            url: 'https://video.example.com/play/token/ast_01k0example000000000000000/src_01k0example000000000000000/sprites/sheet-1.jpg',
            x: 0,
            y: 0,
          },
        ],
      },
    ],
  },
)
export const StoryboardRef = Type.Unsafe<Static<typeof StoryboardSchema>>({ $ref: 'Storyboard#' })

/** A body of bytes in the OpenAPI document. */
export function fileResponse(description: string, ...contentTypes: readonly string[]) {
  const bytes = { schema: Type.String({ format: 'binary' }) }
  return { description, content: Object.fromEntries(contentTypes.map((type) => [type, bytes])) }
}

/** The answers of a route that sends a stored file: see send-file.ts. */
export function fileResponses(description: string, ...contentTypes: readonly string[]) {
  return {
    200: fileResponse(description, ...contentTypes),
    206: fileResponse('The part that Range asks for', ...contentTypes),
    304: Type.Null({ description: 'Unchanged' }),
    416: Type.Null({ description: 'Range names no byte of it' }),
    ...PROBLEMS,
  }
}
