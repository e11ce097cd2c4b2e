import { type Static, Type } from 'typebox'
import { DELIVERIES, type Delivery, VIDEO_CODECS, type VideoCodec } from '../../../core/transcoding/profile.ts'
import { POSITIONS, type Position } from '../../../core/transcoding/workflow.ts'
import { Text } from '../text-schema.ts'

const KEY = '^[A-Za-z0-9._-]{1,64}$'

export const KeyParams = Type.Object({ key: Type.String({ pattern: KEY, description: 'Stable name, in the project' }) })

const Name = Text({ maxLength: 255, description: 'For people; not empty' })
const OrNull = <Schema extends Type.TSchema>(schema: Schema) => Type.Union([schema, Type.Null()])

const ProfileSettings = Type.Object(
  {
    delivery: Type.Unsafe<Delivery>({
      type: 'string',
      enum: DELIVERIES,
      description: 'adaptive: HLS with a ladder. audio: the sound alone. passthrough: the original as it is',
    }),
    video: Type.Object(
      {
        codecs: Type.Array(Type.Unsafe<VideoCodec>({ type: 'string', enum: VIDEO_CODECS }), {
          minItems: 1,
          maxItems: 4,
          description: 'A ladder of each; left out where the server has no encoder for it',
        }),
        steps: Type.Array(
          Type.Object(
            {
              shorterSidePx: Type.Integer({ minimum: 64, maximum: 4320, description: 'Even' }),
              maxBitRate: Type.Optional(Type.Integer({ minimum: 50_000, maximum: 100_000_000 })),
            },
            { additionalProperties: false },
          ),
          { maxItems: 8, description: 'From the largest to the smallest; empty: chosen from the source' },
        ),
        maxShorterSidePx: Type.Integer({ minimum: 64, maximum: 4320, description: 'Where no steps are named' }),
        rateFactor: Type.Integer({ minimum: 10, maximum: 45, description: "As x264's CRF; lower is better" }),
        maxFrameRate: Type.Integer({ minimum: 1, maximum: 120 }),
      },
      { additionalProperties: false },
    ),
    audio: Type.Object(
      {
        bitRates: Type.Array(Type.Integer({ minimum: 32_000, maximum: 512_000 }), {
          minItems: 1,
          maxItems: 4,
          description: 'Bits per second, the best first; films take the first',
        }),
        tracks: Type.Unsafe<'default' | 'all'>({ type: 'string', enum: ['default', 'all'] }),
      },
      { additionalProperties: false },
    ),
    segmentDurationMs: Type.Integer({ minimum: 1_000, maximum: 10_000 }),
    downloads: Type.Boolean({ description: 'An MP4 file of each rendition besides; never of encrypted assets' }),
  },
  { additionalProperties: false },
)

const PROFILE_EXAMPLE = {
  name: 'Lectures',
  settings: {
    delivery: 'adaptive',
    video: {
      codecs: ['h264'],
      steps: [{ shorterSidePx: 720, maxBitRate: 1_800_000 }, { shorterSidePx: 360 }],
      maxShorterSidePx: 1080,
      rateFactor: 25,
      maxFrameRate: 30,
    },
    audio: { bitRates: [96_000], tracks: 'all' },
    segmentDurationMs: 4_000,
    downloads: false,
  },
}

export const ProfileBodySchema = Type.Object(
  { name: Name, settings: ProfileSettings },
  {
    $id: 'ProfileBody',
    additionalProperties: false,
    examples: [PROFILE_EXAMPLE],
  },
)

const Percent = (least: number, most: number, description: string) =>
  Type.Number({ minimum: least, maximum: most, description })

const placed = {
  position: Type.Unsafe<Position>({ type: 'string', enum: POSITIONS }),
  opacity: Type.Number({ minimum: 0, maximum: 1 }),
  marginPercent: Percent(0, 40, "Of the picture's shorter side"),
}

const Watermark = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('image'),
      imageId: Type.String({ maxLength: 64 }),
      ...placed,
      widthPercent: Percent(1, 100, "Of the picture's width"),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      kind: Type.Literal('text'),
      text: Text({ maxLength: 200 }),
      ...placed,
      sizePercent: Percent(1, 50, "Of the picture's shorter side"),
      color: Type.String({ pattern: '^[0-9A-Fa-f]{6}$', description: 'RGB' }),
    },
    { additionalProperties: false },
  ),
])

const Language = Type.String({ pattern: '^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$' })

const WorkflowSettings = Type.Object(
  {
    profileKey: OrNull(Type.String({ pattern: KEY, description: 'Where nothing more specific names one' })),
    watermark: OrNull(Watermark),
    sprites: Type.Boolean({ description: 'Small pictures for the seek bar, with a WebVTT map' }),
    burnInLanguage: OrNull(Language),
    encryption: OrNull(
      Type.Object(
        {
          segmentsPerKey: OrNull(Type.Integer({ minimum: 1, maximum: 10_000, description: 'Null: one key for all' })),
        },
        { additionalProperties: false, description: 'AES-128' },
      ),
    ),
  },
  { additionalProperties: false },
)

const WORKFLOW_EXAMPLE = {
  name: 'Branded and protected',
  settings: {
    profileKey: 'standard',
    watermark: {
      kind: 'text',
      text: 'Example Ltd',
      position: 'bottom-right',
      opacity: 0.6,
      marginPercent: 3,
      sizePercent: 5,
      color: 'ffffff',
    },
    sprites: true,
    burnInLanguage: null,
    encryption: { segmentsPerKey: null },
  },
}

export const WorkflowBodySchema = Type.Object(
  { name: Name, settings: WorkflowSettings },
  {
    $id: 'WorkflowBody',
    additionalProperties: false,
    examples: [WORKFLOW_EXAMPLE],
  },
)

const shown = {
  key: Type.String(),
  isBuiltIn: Type.Boolean({ description: 'False: the project has put its own there' }),
}

export const ProfileSchema = Type.Object(
  { ...shown, ...ProfileBodySchema.properties },
  {
    $id: 'Profile',
    description: 'How files are encoded',
    examples: [{ key: 'lectures', isBuiltIn: false, ...PROFILE_EXAMPLE }],
  },
)

export const WorkflowSchema = Type.Object(
  { ...shown, ...WorkflowBodySchema.properties },
  {
    $id: 'Workflow',
    description: 'What happens to files',
    examples: [{ key: 'branded', isBuiltIn: false, ...WORKFLOW_EXAMPLE }],
  },
)

export const ImageSchema = Type.Object(
  {
    id: Type.String(),
    contentType: Type.String(),
    sizeBytes: Type.Integer({ minimum: 0 }),
    createdAt: Type.String({ format: 'date-time' }),
  },
  {
    $id: 'Image',
    description: 'A picture for watermarks',
    examples: [
      {
        id: 'img_01k0example000000000000000',
        contentType: 'image/png',
        sizeBytes: 4_096,
        createdAt: '2030-01-01T12:00:00.000Z',
      },
    ],
  },
)

export type ProfileBody = Static<typeof ProfileBodySchema>
export type WorkflowBody = Static<typeof WorkflowBodySchema>
export type WorkflowDocument = Static<typeof WorkflowSchema>
export type ProfileDocument = Static<typeof ProfileSchema>
export type ImageDocument = Static<typeof ImageSchema>
export const ProfileBodyRef = Type.Unsafe<ProfileBody>({ $ref: 'ProfileBody#' })
export const WorkflowBodyRef = Type.Unsafe<WorkflowBody>({ $ref: 'WorkflowBody#' })
export const ProfileRef = Type.Unsafe<ProfileDocument>({ $ref: 'Profile#' })
export const WorkflowRef = Type.Unsafe<WorkflowDocument>({ $ref: 'Workflow#' })
export const ImageRef = Type.Unsafe<ImageDocument>({ $ref: 'Image#' })
