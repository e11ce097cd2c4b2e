import { Type } from 'typebox'

/** RFC 9457. Members beside these belong to one `code`, for example `offset` or `maxSizeBytes`. */
export const ProblemSchema = Type.Object(
  {
    type: Type.String({ description: 'urn:reeldock:problem: and the code' }),
    title: Type.String(),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    code: Type.String({ description: 'Stable; what programs should look at' }),
    detail: Type.String({ description: 'For people' }),
    traceId: Type.String({ description: 'Names this request in the server log' }),
  },
  {
    $id: 'Problem',
    description: 'What went wrong',
    additionalProperties: true,
    examples: [
      {
        type: 'urn:reeldock:problem:token_expired',
        title: 'The upload token has expired',
        status: 410,
        code: 'token_expired',
        detail: 'The upload token has expired.',
        traceId: '7f0c6c1e-9f2b-4f0b-9e0a-4f6f0f7b2a11',
      },
    ],
  },
)

/** The answer of every operation that has not succeeded. The plugin must know `ProblemSchema` (`app.addSchema`). */
export const PROBLEMS = {
  default: {
    description: 'A problem document',
    content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } },
  },
} as const
