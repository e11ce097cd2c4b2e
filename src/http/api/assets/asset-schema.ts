import { type Static, Type } from 'typebox'
import type { AssetStage, AssetState } from '../../../core/library/asset-state.ts'
import { DELIVERIES, type Delivery } from '../../../core/transcoding/profile.ts'

const STATES = ['waiting', 'uploading', 'processing', 'ready', 'failed'] as const satisfies readonly AssetState[]
const STAGES = [
  'waiting',
  'uploading',
  'publishing',
  'probing',
  'encoding',
  'ready',
  'failed',
] as const satisfies readonly AssetStage[]

export const AssetStateSchema = Type.Unsafe<AssetState>({ type: 'string', enum: STATES })

const Url = (description: string) => Type.String({ format: 'uri', description })
const Count = (description = '') => Type.Integer({ minimum: 0, ...(description === '' ? {} : { description }) })
const OrNull = <Schema extends Type.TSchema>(schema: Schema) => Type.Union([schema, Type.Null()])

const Rendition = Type.Object({
  name: Type.String(),
  width: OrNull(Count('Pixels; null for sound alone')),
  height: OrNull(Count('Pixels; null for sound alone')),
  frameRate: OrNull(Type.Number({ minimum: 0, description: 'Per second' })),
  codecs: Type.String({ description: 'RFC 6381' }),
  bandwidth: Count('Bits per second, at most'),
  averageBandwidth: Count('Bits per second'),
  sizeBytes: Count(),
  durationMs: Count(),
})

const Source = Type.Object(
  {
    fileName: Type.String(),
    sizeBytes: Count(),
    container: Type.String(),
    contentType: Type.String(),
    video: OrNull(
      Type.Object({
        codec: Type.String(),
        width: Count('Pixels, as a viewer sees it'),
        height: Count('Pixels, as a viewer sees it'),
        frameRate: Type.Number({ minimum: 0, description: 'Per second, on average' }),
      }),
    ),
    audio: OrNull(Type.Object({ codec: Type.String(), channels: Count() })),
  },
  { description: 'The original file, once it has been looked at' },
)

const AudioTrack = Type.Object({
  label: Type.String(),
  language: OrNull(Type.String()),
  isDefault: Type.Boolean(),
  channels: Count(),
  codecs: Type.String({ description: 'RFC 6381' }),
  bandwidth: Count('Bits per second, at most'),
  sizeBytes: Count(),
})

const Treatment = Type.Object(
  {
    workflow: Type.String({ description: 'Key of the workflow that was used' }),
    profile: Type.String({ description: 'Key of the profile that was used' }),
    delivery: Type.Unsafe<Delivery>({ type: 'string', enum: DELIVERIES }),
    isEncrypted: Type.Boolean({ description: 'AES-128' }),
    omissions: Type.Array(Type.String(), {
      description: 'What was asked for and could not be done, with the reason; known once it is encoded',
    }),
  },
  { description: 'What is done to the file; decided once it has been looked at' },
)

export const AssetSchema = Type.Object(
  {
    id: Type.String(),
    title: Type.String(),
    state: AssetStateSchema,
    stage: Type.Unsafe<AssetStage>({ type: 'string', enum: STAGES, description: 'What is being done, in finer steps' }),
    progress: Type.Number({ minimum: 0, maximum: 1, description: 'Of the work after the upload' }),
    failure: OrNull(
      Type.Object({
        code: Type.String(),
        reason: Type.String({ description: 'For programs, for example not_media' }),
        message: Type.String({ description: 'For people' }),
      }),
    ),
    isPlayable: Type.Boolean({
      description:
        'Whether there is something to watch: long films play in their smallest size while still `processing`',
    }),
    durationMs: OrNull(Count()),
    createdAt: Type.String({ format: 'date-time' }),
    description: Type.String(),
    tags: Type.Array(Type.String()),
    enabled: Type.Boolean({ description: 'A disabled asset does not play' }),
    metadata: Type.Record(Type.String(), Type.String(), { description: "The customer's own names and values" }),
    source: OrNull(Source),
    treatment: OrNull(Treatment),
    renditions: Type.Array(Rendition),
    audioTracks: Type.Array(AudioTrack, {
      description: 'Sounds to choose from, where they are apart from the pictures',
    }),
    playback: OrNull(
      Type.Object(
        {
          page: Url('Page with a player'),
          hls: OrNull(Url('Master playlist; null for what is passed through')),
          dash: OrNull(Url('DASH manifest of the same segments; null for what is encrypted or passed through')),
          original: OrNull(Url('The original file, of what is passed through')),
          poster: OrNull(Url('JPEG')),
          sprites: OrNull(Url('WebVTT map of small pictures for the seek bar')),
          storyboard: OrNull(Url('The same as data')),
          downloads: Type.Array(
            Type.Object({
              name: Type.String({ description: 'Of the rendition' }),
              width: OrNull(Count('Pixels; null for sound alone')),
              height: OrNull(Count('Pixels; null for sound alone')),
              sizeBytes: Count(),
              url: Url('MP4'),
            }),
            { description: 'Renditions in one file each, where the profile asks for them' },
          ),
        },
        { description: 'Where it plays; the addresses are signed and good for twelve hours' },
      ),
    ),
  },
  {
    $id: 'Asset',
    description: 'A library item',
    examples: [
      {
        id: 'ast_01k0example000000000000000',
        title: 'Holiday',
        state: 'ready',
        stage: 'ready',
        progress: 1,
        failure: null,
        isPlayable: true,
        durationMs: 61_440,
        createdAt: '2030-01-01T12:00:00.000Z',
        description: '',
        tags: ['sea'],
        enabled: true,
        metadata: {},
        source: {
          fileName: 'holiday.mp4',
          sizeBytes: 734_003_200,
          container: 'mov,mp4,m4a,3gp,3g2,mj2',
          contentType: 'video/mp4',
          video: { codec: 'hevc', width: 3840, height: 2160, frameRate: 29.97 },
          audio: { codec: 'aac', channels: 2 },
        },
        treatment: {
          workflow: 'standard',
          profile: 'standard',
          delivery: 'adaptive',
          isEncrypted: false,
          omissions: [],
        },
        renditions: [
          {
            name: '720p',
            width: 1280,
            height: 720,
            frameRate: 29.97,
            codecs: 'avc1.64001f',
            bandwidth: 3_210_000,
            averageBandwidth: 2_480_000,
            sizeBytes: 19_050_000,
            durationMs: 61_440,
          },
        ],
        audioTracks: [
          {
            label: 'en',
            language: 'en',
            isDefault: true,
            channels: 2,
            codecs: 'mp4a.40.2',
            bandwidth: 131_000,
            sizeBytes: 990_000,
          },
        ],
        playback: {
          page: 'https://video.example.com/watch/ast_01k0example000000000000000?token=token',
          hls: 'https://video.example.com/play/token/ast_01k0example000000000000000/master.m3u8',
          dash: 'https://video.example.com/play/token/ast_01k0example000000000000000/manifest.mpd',
          original: null,
          poster: 'https://video.example.com/play/token/ast_01k0example000000000000000/poster.jpg',
          sprites: 'https://video.example.com/play/token/ast_01k0example000000000000000/sprites.vtt',
          storyboard: 'https://video.example.com/play/token/ast_01k0example000000000000000/storyboard.json',
          downloads: [],
        },
      },
    ],
  },
)

export type AssetDocument = Static<typeof AssetSchema>
export const AssetRef = Type.Unsafe<AssetDocument>({ $ref: 'Asset#' })

export const AssetPageSchema = Type.Object(
  {
    items: Type.Array(AssetRef),
    nextCursor: Type.Union([Type.String(), Type.Null()], { description: 'Null on the last page' }),
  },
  { $id: 'AssetPage', description: 'Assets, newest first' },
)

export type AssetPage = Static<typeof AssetPageSchema>
export const AssetPageRef = Type.Unsafe<AssetPage>({ $ref: 'AssetPage#' })

export const AssetParams = Type.Object({
  assetId: Type.String({ maxLength: 64, examples: ['ast_01k0example000000000000000'] }),
})
