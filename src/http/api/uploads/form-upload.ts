import type { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { DomainError } from '../../../core/errors.ts'
import type { FileDigest, Upload } from '../../../core/uploads/upload.ts'
import { type FormFile, readForm } from '../../multipart.ts'
import { PROBLEMS } from '../../problem-schema.ts'
import { takeRawBodies } from '../../request-body.ts'
import type { Services } from '../../services.ts'
import { readToken } from '../../upload-urls.ts'
import { contentAnswer } from './content/content-answer.ts'
import { sentToken, withOrigins } from './upload-access.ts'
import { TokenQuery, UploadStatusRef } from './upload-schema.ts'
import { TOKEN_IN_FORM } from './upload-security.ts'

const FILE_FIELD = 'file'

const FORM_BODY = {
  required: true,
  content: {
    'multipart/form-data': {
      schema: {
        type: 'object',
        required: [FILE_FIELD],
        properties: {
          token: { type: 'string', description: 'The upload token, where it does not come otherwise; before the file' },
          sha256: { type: 'string', description: 'The file must have this digest; hexadecimal, before the file' },
          [FILE_FIELD]: { type: 'string', format: 'binary' },
        },
      },
    },
  },
} as const

const schema = {
  operationId: 'formUpload',
  tags: ['uploads'],
  summary: 'Send the file as a form',
  description:
    'For HTML forms and whatever speaks multipart: one file, in a field named `file`. What is needed to take it (`token`, ' +
    '`sha256`) comes before it; other fields may stand anywhere and are read past. A form that breaks off may be sent again.',
  security: TOKEN_IN_FORM,
  querystring: TokenQuery,
  response: { 200: UploadStatusRef, ...PROBLEMS },
}

export const formUpload: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  takeRawBodies(app)
  app.post('/uploads/form', { schema, config: { requestBody: FORM_BODY } }, async (request, reply) => {
    const upload = await new FormOnItsWay(services, request, reply).take()
    return contentAnswer(reply, upload, services)
  })
}

/** Streams the file of one form to where its token says. */
class FormOnItsWay {
  readonly #services: Services
  readonly #request: FastifyRequest
  readonly #reply: FastifyReply
  /** Ends the reading of a form that was refused. */
  readonly #refused = new AbortController()
  #token: string | undefined
  #digest: FileDigest | undefined
  #storing: Promise<Upload> | undefined

  constructor(services: Services, request: FastifyRequest, reply: FastifyReply) {
    this.#services = services
    this.#request = request
    this.#reply = reply
  }

  /** Resolves once the file is durable. Throws what is wrong with token, form or file. */
  async take(): Promise<Upload> {
    const { raw, headers } = this.#request
    this.#token = sentToken(this.#request)
    // Who has no business here learns so before he has sent everything.
    if (this.#token !== undefined) await this.#open()
    await readForm(raw, {
      contentType: headers['content-type'],
      clock: this.#services.clock,
      fileFields: [FILE_FIELD],
      signal: this.#refused.signal,
      onField: (name, value) => this.#takeField(name, value),
      onFile: (file) => this.#takeFile(file),
    }).catch(async (error: unknown) => {
      // What had arrived is kept before anybody hears of it.
      await this.#storing?.catch(() => undefined)
      throw error
    })
    if (this.#storing === undefined) throw invalid(`The form has no file in a field named "${FILE_FIELD}".`)
    return this.#storing
  }

  #takeField(name: string, value: string): void {
    if (name !== 'token' && name !== 'sha256') return
    if (this.#storing !== undefined) throw invalid(`The field "${name}" must come before the file.`)
    if (name === 'sha256') this.#digest = sha256Digest(value)
    else this.#token ??= tokenIn(value)
  }

  #takeFile({ name, fileName, body, isEmpty }: FormFile): void {
    // A field in which nothing was chosen is sent as an empty file without a name.
    if (name !== FILE_FIELD || (isEmpty && fileName === '')) {
      body.resume()
      return
    }
    if (this.#storing !== undefined) throw invalid('A form carries one file.')
    this.#storing = this.#store(body)
    this.#storing.catch((error: unknown) => this.#refused.abort(error))
  }

  async #store(body: Readable): Promise<Upload> {
    const { id } = await this.#open()
    const file = { offset: 0, isLast: true, body, fileDigest: this.#digest } as const
    return (await this.#services.uploads.receive(id, file)).upload
  }

  #open(): Promise<Upload> {
    const token = this.#token
    const { origin } = this.#request.headers
    return withOrigins(this.#request, this.#reply, async () => {
      if (token === undefined) {
        throw new DomainError(
          'unauthenticated',
          'Send the upload token in the address, as Bearer, or in the field "token" before the file.',
        )
      }
      return this.#services.uploads.authorize(token, { origin })
    })
  }
}

function tokenIn(text: string): string {
  const token = readToken(text.trim())
  if (token === undefined) throw new DomainError('token_invalid', 'The upload token is not valid.')
  return token
}

function sha256Digest(text: string): FileDigest {
  const hex = text.trim().toLowerCase()
  if (!/^[0-9a-f]{64}$/.test(hex)) throw invalid('The field "sha256" must have 64 hexadecimal digits.')
  return { algorithm: 'sha256', hex }
}

function invalid(message: string): DomainError {
  return new DomainError('invalid_argument', message)
}
