import { type Static, Type } from 'typebox'
import { JOB_KINDS, JOB_STATES, type JobKind, type JobState } from '../../../core/jobs/job.ts'

const Time = (description: string) => Type.String({ format: 'date-time', description })
const OrNull = <Schema extends Type.TSchema>(schema: Schema) => Type.Union([schema, Type.Null()])

export const JobSchema = Type.Object(
  {
    id: Type.String(),
    assetId: Type.String(),
    sourceId: OrNull(Type.String({ description: 'The version of the file it is about' })),
    uploadId: OrNull(Type.String({ description: 'The upload it is about, of a pull or a copy' })),
    kind: Type.Unsafe<JobKind>({ type: 'string', enum: JOB_KINDS, description: 'The stage of the work' }),
    state: Type.Unsafe<JobState>({ type: 'string', enum: JOB_STATES }),
    progress: Type.Number({ minimum: 0, maximum: 1, description: 'Of this attempt' }),
    attempt: Type.Integer({ minimum: 0, description: 'How often it was started since it was queued or retried' }),
    maxAttempts: Type.Integer({ minimum: 1 }),
    priority: Type.Integer({ description: 'Lower runs first; a minute of waiting weighs as much as one step' }),
    error: OrNull(
      Type.Object(
        {
          code: Type.String(),
          reason: Type.String({ description: 'For programs, for example stalled' }),
          message: Type.String({ description: 'For people' }),
          logTail: OrNull(Type.String({ description: 'The last that the tool said' })),
        },
        { description: 'Of the last attempt that failed' },
      ),
    ),
    createdAt: Time('When it was queued first'),
    runAt: Time('Not before this, if it is queued'),
    startedAt: OrNull(Time('Of this attempt')),
    finishedAt: OrNull(Time('When it ended, well or badly')),
  },
  {
    $id: 'Job',
    description: 'A stage of the work on an asset',
    examples: [
      {
        id: 'job_01k0example000000000000000',
        assetId: 'ast_01k0example000000000000000',
        sourceId: 'src_01k0example000000000000000',
        uploadId: null,
        kind: 'encode',
        state: 'failed',
        progress: 0.31,
        attempt: 5,
        maxAttempts: 5,
        priority: 112,
        error: {
          code: 'unavailable',
          reason: 'stalled',
          message: 'The encoder made no progress and was stopped.',
          logTail: 'Error while decoding stream #0:0',
        },
        createdAt: '2030-01-01T12:00:00.000Z',
        runAt: '2030-01-01T12:31:00.000Z',
        startedAt: '2030-01-01T12:31:02.000Z',
        finishedAt: '2030-01-01T12:33:20.000Z',
      },
    ],
  },
)

export type JobDocument = Static<typeof JobSchema>
export const JobRef = Type.Unsafe<JobDocument>({ $ref: 'Job#' })

/** Not a page: an asset has a handful. */
export const JobsOfAssetSchema = Type.Object(
  { items: Type.Array(JobRef) },
  { $id: 'JobsOfAssetPage', description: 'Jobs, in the order in which they came up' },
)
export const JobsOfAssetRef = Type.Unsafe<Static<typeof JobsOfAssetSchema>>({ $ref: 'JobsOfAssetPage#' })

export const JobParams = Type.Object({
  jobId: Type.String({ maxLength: 64, examples: ['job_01k0example000000000000000'] }),
})
