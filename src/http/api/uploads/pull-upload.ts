import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from 'typebox'
import type { NewUpload } from '../../../core/uploads/upload-plan.ts'
import { clientFileName } from '../../file-name.ts'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { callerProject } from '../authentication.ts'
import { IdempotencyHeaders, issuedDocument, newUpload } from './create-upload.ts'
import { IssuedUploadRef, LeaseSeconds, NewUploadSchema } from './upload-schema.ts'

const { fileName, sizeBytes, title, maxSizeBytes, allowedTypes, sha256, ownerId, replaceAssetId, metadata } =
  NewUploadSchema.properties

export const NewPullSchema = Type.Object(
  {
    url: Type.String({
      minLength: 1,
      maxLength: 8_192,
      pattern: '^[Hh][Tt][Tt][Pp][Ss]?://[^\\s\\u0000-\\u001f\\u007f]+$',
      description: 'Where the file lies; may carry a password or a signature. Kept encrypted, shown to nobody',
    }),
    fileName: Type.Optional({ ...fileName, description: 'Shown to people; the last part of the address when absent' }),
    sizeBytes,
    title,
    expiresInSeconds: Type.Optional(LeaseSeconds('The file must be here within this time; a day when absent')),
    maxSizeBytes,
    allowedTypes,
    sha256,
    ownerId,
    replaceAssetId,
    metadata,
  },
  {
    $id: 'NewPull',
    additionalProperties: false,
    examples: [{ url: 'https://media.example.com/holiday.mp4', title: 'Holiday' }],
  },
)

type NewPullBody = Static<typeof NewPullSchema>

const schema = {
  operationId: 'pullUpload',
  tags: ['uploads'],
  summary: 'Have a file pulled from an address',
  description:
    'The server gets the file by itself, in the background: it goes on after breaks and tries again after failures. ' +
    'The token only watches. Private addresses are closed unless the operator allows them.',
  headers: IdempotencyHeaders,
  body: Type.Unsafe<NewPullBody>({ $ref: 'NewPull#' }),
  response: { 201: IssuedUploadRef, ...PROBLEMS },
}

export const pullUpload: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.post('/uploads/pull', { schema }, async (request, reply) => {
    const idempotencyKey = request.headers['idempotency-key']
    const wanted = newPull(callerProject(request), request.body)
    const issued = await services.pulls.create(wanted, { idempotencyKey })
    if (issued.isRepeated) reply.header('idempotency-replayed', 'true')
    reply.header('location', `${services.publicUrl}/v1/uploads/${issued.upload.id}`)
    return reply.code(201).send(issuedDocument(issued, services.publicUrl))
  })
}

function newPull(projectId: NewUpload['projectId'], { url, ...body }: NewPullBody) {
  const named = { ...body, fileName: body.fileName ?? nameIn(url) }
  return { ...newUpload(projectId, named), pull: { url } }
}

/** The last part of the path, as a person would read it. */
function nameIn(url: string): string {
  const last = URL.parse(url)?.pathname.split('/').at(-1) ?? ''
  try {
    return clientFileName(decodeURIComponent(last)) || 'download'
  } catch {
    return clientFileName(last) || 'download'
  }
}
