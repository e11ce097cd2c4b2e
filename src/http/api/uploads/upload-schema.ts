import { type Static, Type } from 'typebox'
import type { JobState } from '../../../core/jobs/job.ts'
import { UPLOAD_STATES } from '../../../core/uploads/upload.ts'
import { AssetStateSchema } from '../assets/asset-schema.ts'
import { Text } from '../text-schema.ts'

const MAX_BYTES = Number.MAX_SAFE_INTEGER
const YEAR_SECONDS = 365 * 24 * 60 * 60
const EXAMPLE_ID = 'upl_01k0example000000000000000'
const EXAMPLE_ASSET = 'ast_01k0example000000000000000'
const EXAMPLE_TOKEN = 'rdu_Zm9yIHRoZSBkb2N1bWVudGF0aW9uIG9ubHksIG5vdCBh'

const UploadStateSchema = Type.Unsafe<(typeof UPLOAD_STATES)[number]>({ type: 'string', enum: UPLOAD_STATES })

export const Bytes = (description: string) => Type.Integer({ minimum: 0, maximum: MAX_BYTES, description })
const Time = (description: string) => Type.String({ format: 'date-time', description })
export const Sha256 = (description: string) => Type.String({ pattern: '^[0-9A-Fa-f]{64}$', description })
export const LeaseSeconds = (description: string) => Type.Integer({ minimum: 1, maximum: YEAR_SECONDS, description })
export const OwnerId = (description: string) => Text({ maxLength: 255, description })

const Key = (description: string) => Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$', description })

export const NewUploadSchema = Type.Object(
  {
    fileName: Text({ maxLength: 1_024, description: 'Shown to people; never a path on the server' }),
    sizeBytes: Type.Optional(Bytes('Size of the file, where it is known; room for it is reserved')),
    title: Type.Optional(Text({ maxLength: 1_024, description: 'Title of the asset; the file name when absent' })),
    expiresInSeconds: Type.Optional(
      LeaseSeconds('Life of the token. Stored bytes renew it, so that a slow but moving transfer does not expire'),
    ),
    completion: Type.Optional(
      Type.Unsafe<'automatic' | 'explicit'>({
        type: 'string',
        enum: ['automatic', 'explicit'],
        description: 'automatic (the default): complete with the last byte. explicit: only by the complete operation',
      }),
    ),
    maxSizeBytes: Type.Optional(
      Type.Integer({ minimum: 1, maximum: MAX_BYTES, description: 'No byte at or past this offset is taken' }),
    ),
    minChunkBytes: Type.Optional(Bytes('Chunks other than the last one must have at least this size')),
    origins: Type.Optional(
      Type.Array(Type.String({ maxLength: 255, pattern: '^[Hh][Tt][Tt][Pp][Ss]?://[^/?#\\s@]+$' }), {
        maxItems: 20,
        description: 'Browser origins that may use the token, for example https://app.example.com; any when absent',
      }),
    ),
    allowedTypes: Type.Optional(
      Type.Array(Type.String({ maxLength: 100, pattern: '^[A-Za-z]+/(\\*|[A-Za-z0-9][A-Za-z0-9.+-]*)$' }), {
        maxItems: 50,
        description: 'Content types the file may have, for example video/*; found by its bytes, any when absent',
      }),
    ),
    sha256: Type.Optional(Sha256('The file must have this digest before it counts as complete; hexadecimal')),
    onDuplicate: Type.Optional(
      Type.Unsafe<'upload' | 'link'>({
        type: 'string',
        enum: ['upload', 'link'],
        description:
          'link: where this project holds a file with this sha256 (which must be said), no token is issued and the ' +
          'answer is 200 with the asset that has it. upload (the default): the file is wanted in any case',
      }),
    ),
    ownerId: Type.Optional(OwnerId('Who uploads, in your words; uploads can be listed by it')),
    replaceAssetId: Type.Optional(
      Type.String({ maxLength: 64, description: 'The file becomes a new source of this asset' }),
    ),
    activation: Type.Optional(
      Type.Unsafe<'automatic' | 'manual'>({
        type: 'string',
        enum: ['automatic', 'manual'],
        description: 'Whether a replacement plays as soon as it can (the default) or when somebody says so',
      }),
    ),
    categories: Type.Optional(
      Type.Array(Type.String({ maxLength: 64 }), { maxItems: 100, description: 'The asset is filed in these' }),
    ),
    channels: Type.Optional(
      Type.Array(Type.String({ maxLength: 64 }), {
        maxItems: 100,
        description: 'The asset is published in these as soon as it plays',
      }),
    ),
    workflow: Type.Optional(Key('What happens to the file: key of a workflow')),
    profile: Type.Optional(Key('How it is encoded: key of a profile')),
    encrypt: Type.Optional(Type.Boolean({ description: 'Encrypt the package with AES-128' })),
    audioOnly: Type.Optional(Type.Boolean({ description: 'Keep the sound alone' })),
    passthrough: Type.Optional(
      Type.Boolean({ description: 'Serve the original as it is, without encoding; not together with encrypt' }),
    ),
    metadata: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' }),
        Type.String({ maxLength: 1_024, pattern: '^[^\\u0000]*$' }),
        {
          additionalProperties: false,
          maxProperties: 50,
          description: 'Your own names and values, carried to the asset',
        },
      ),
    ),
  },
  {
    $id: 'NewUpload',
    additionalProperties: false,
    examples: [{ fileName: 'holiday.mp4', sizeBytes: 734_003_200, title: 'Holiday', ownerId: 'user-17' }],
  },
)

const example = {
  id: EXAMPLE_ID,
  state: 'receiving',
  fileName: 'holiday.mp4',
  sizeBytes: 734_003_200,
  receivedBytes: 33_554_432,
  contiguousBytes: 33_554_432,
  sentBytes: 41_943_040,
  ranges: [{ start: 0, end: 33_554_432 }],
  expiresAt: '2030-01-01T13:00:00.000Z',
  asset: { id: EXAMPLE_ASSET, state: 'uploading', progress: 0, isPlayable: false },
  failure: null,
}

export const UploadStatusSchema = Type.Object(
  {
    id: Type.String(),
    state: UploadStateSchema,
    fileName: Type.String(),
    sizeBytes: Type.Union([Bytes(''), Type.Null()], { description: 'Null until somebody stated it' }),
    receivedBytes: Bytes('On stable storage'),
    contiguousBytes: Bytes('On stable storage without a gap from the start: where to resume'),
    sentBytes: Bytes('Seen by the server so far, including bytes on their way to stable storage'),
    ranges: Type.Array(Type.Object({ start: Bytes('First byte'), end: Bytes('One past the last byte') }), {
      description: 'What is on stable storage: sorted, disjoint',
    }),
    expiresAt: Time('When the token expires unless more bytes arrive'),
    asset: Type.Union([
      Type.Object({
        id: Type.String(),
        state: AssetStateSchema,
        progress: Type.Number({ minimum: 0, maximum: 1, description: 'Of the work after the upload' }),
        isPlayable: Type.Boolean({ description: 'Long films are before they are `ready`' }),
      }),
      Type.Null(),
    ]),
    failure: Type.Union([Type.Object({ code: Type.String(), message: Type.String() }), Type.Null()]),
    pull: Type.Optional(
      Type.Object(
        {
          state: Type.Unsafe<JobState>({ type: 'string', enum: ['queued', 'running', 'done', 'failed'] }),
          attempt: Type.Integer({ minimum: 0, description: 'How often it was begun' }),
          maxAttempts: Type.Integer({ minimum: 1 }),
          nextAttemptAt: Type.Union([Time('When it is tried again'), Type.Null()]),
          totalBytes: Type.Union([Bytes(''), Type.Null()], { description: 'As the other server says, while it lasts' }),
          problem: Type.Union([Type.Object({ code: Type.String(), message: Type.String() }), Type.Null()], {
            description: 'What ended the last attempt',
          }),
        },
        { description: 'Of a file that is pulled from an address' },
      ),
    ),
  },
  { $id: 'UploadStatus', description: 'An upload as it stands', examples: [example] },
)

export const IssuedUploadSchema = Type.Object(
  {
    id: Type.String(),
    state: UploadStateSchema,
    token: Type.String({ description: 'Opens this upload and nothing else; shown this once' }),
    expiresAt: Time('When the token expires unless bytes arrive'),
    asset: Type.Object({ id: Type.String() }),
    urls: Type.Object(
      {
        put: Type.String({ format: 'uri', description: 'PUT or PATCH the bytes here' }),
        form: Type.String({ format: 'uri', description: 'POST the file here as a form, in a field named `file`' }),
        status: Type.String({ format: 'uri', description: 'GET for the status' }),
        tus: Type.String({ format: 'uri', description: 'HEAD and PATCH, for tus clients' }),
        events: Type.String({ format: 'uri', description: 'Progress as server-sent events' }),
      },
      { description: 'Absolute; each carries the token' },
    ),
  },
  {
    $id: 'IssuedUpload',
    description: 'A new upload with its token',
    examples: [
      {
        id: EXAMPLE_ID,
        state: 'pending',
        token: EXAMPLE_TOKEN,
        expiresAt: '2030-01-01T13:00:00.000Z',
        asset: { id: EXAMPLE_ASSET },
        urls: {
          put: `https://video.example.com/v1/uploads/${EXAMPLE_ID}/content?token=${EXAMPLE_TOKEN}`,
          form: `https://video.example.com/v1/uploads/form?token=${EXAMPLE_TOKEN}`,
          status: `https://video.example.com/v1/uploads/${EXAMPLE_ID}?token=${EXAMPLE_TOKEN}`,
          tus: `https://video.example.com/tus/${EXAMPLE_TOKEN}`,
          events: `https://video.example.com/v1/uploads/${EXAMPLE_ID}/events?token=${EXAMPLE_TOKEN}`,
        },
      },
    ],
  },
)

export const HeldFileSchema = Type.Object(
  {
    duplicateOf: Type.Object({ id: Type.String(), state: AssetStateSchema, title: Type.String() }),
  },
  {
    $id: 'HeldFile',
    description: 'The asset that has this very file already',
    examples: [{ duplicateOf: { id: EXAMPLE_ASSET, state: 'ready', title: 'Holiday' } }],
  },
)

const { id, state, fileName, sizeBytes, receivedBytes, contiguousBytes, expiresAt } = UploadStatusSchema.properties

export const UploadPageSchema = Type.Object(
  {
    items: Type.Array(
      Type.Object({
        id,
        state,
        fileName,
        sizeBytes,
        receivedBytes,
        contiguousBytes,
        createdAt: Time('When the token was issued'),
        expiresAt,
        ownerId: Type.Union([Type.String(), Type.Null()]),
        asset: Type.Union([Type.Object({ id: Type.String() }), Type.Null()]),
      }),
    ),
    nextCursor: Type.Union([Type.String(), Type.Null()], { description: 'Null on the last page' }),
  },
  { $id: 'UploadPage', description: 'Uploads, newest first' },
)

export type NewUploadBody = Static<typeof NewUploadSchema>
export type UploadStatus = Static<typeof UploadStatusSchema>
export type IssuedUploadDocument = Static<typeof IssuedUploadSchema>
export type UploadPage = Static<typeof UploadPageSchema>
export const NewUploadRef = Type.Unsafe<NewUploadBody>({ $ref: 'NewUpload#' })
export const UploadStatusRef = Type.Unsafe<UploadStatus>({ $ref: 'UploadStatus#' })
export const IssuedUploadRef = Type.Unsafe<IssuedUploadDocument>({ $ref: 'IssuedUpload#' })
export type HeldFileDocument = Static<typeof HeldFileSchema>
export const HeldFileRef = Type.Unsafe<HeldFileDocument>({ $ref: 'HeldFile#' })
export const UploadPageRef = Type.Unsafe<UploadPage>({ $ref: 'UploadPage#' })

export const UploadParams = Type.Object({ uploadId: Type.String({ maxLength: 64, examples: [EXAMPLE_ID] }) })

/** The token of operations that its holder may use without any other credential. */
export const TokenQuery = Type.Object({
  token: Type.Optional(
    Type.String({ maxLength: 128, description: 'The upload token, where it does not come as Bearer' }),
  ),
})
