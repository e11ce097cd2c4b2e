import type { Readable } from 'node:stream'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { DomainError, isDomainError } from '../../../core/errors.ts'
import type { Upload } from '../../../core/uploads/upload.ts'
import { type FormFile, readForm } from '../../multipart.ts'
import { announcedLength, takeRawBodies } from '../../request-body.ts'
import type { Services } from '../../services.ts'
import { failAs } from './errors.ts'
import { NO_REQUEST, noteRequestBytes, type Transfers } from './transfers.ts'
import { sendUploadOutcome } from './upload-answer.ts'
import { failedUpload, UPLOADED } from './upload-outcome.ts'
import { openSession } from './upload-session.ts'

type Options = Readonly<{ services: Services; transfers: Transfers }>
type Params = Readonly<{ session: string; uploadFileKey: string }>

/** Further segments are what the vendor's own addresses carry; ours need none and read past them. */
const PATHS = ['UploadMultiParts', 'UploadMultiParts2'].flatMap((name) => [
  `/api/v1/${name}/:session/:uploadFileKey`,
  `/api/v1/${name}/:session/:uploadFileKey/*`,
])

const FILE_FIELD = 'upload-file'

/** The form's fields may follow its file and decide how to answer, so a refused form is still read for this long. */
const REFUSED_MS = 30_000
const REFUSED_BYTES = 32 * 1024 * 1024

/**
 * upload_url: a multipart form with one file and, before or after it, fields that shape the answer:
 * docs/dialects/kollus.md#upload. Nothing is buffered. The session is used up once the whole form has been read; one
 * that breaks off may be sent again until the session expires.
 */
export const uploadMultiParts: FastifyPluginAsync<Options> = async (app, { services, transfers }) => {
  takeRawBodies(app)
  for (const path of PATHS) {
    app.post<{ Params: Params }>(
      path,
      { schema: { hide: true }, errorHandler: failAs('upload') },
      async (request, reply) => {
        const form = new FormUpload(services, request)
        const outcome = await form.take(request.params, transfers)
        const { accept: acceptHeader, 'content-type': contentType } = request.headers
        return sendUploadOutcome(reply, outcome, { fields: form.fields, acceptHeader, contentType })
      },
    )
  }
}

/** One form on its way in. */
class FormUpload {
  readonly fields = new Map<string, string>()
  readonly #services: Services
  readonly #request: FastifyRequest
  /** Ends the reading of a form that has been refused. */
  readonly #enough = new AbortController()
  #failure: unknown
  #isStored = false
  #bytesSinceRefusal = 0
  #cancelTimers: (() => void)[] = []
  /** Settles once the file is stored, or refused (then `#failure` says why). Undefined before the file. */
  #storing: Promise<void> | undefined

  constructor(services: Services, request: FastifyRequest) {
    this.#services = services
    this.#request = request
  }

  /** Takes the form to its end. Expected failures are an outcome too; what is thrown is a bug. */
  async take(params: Params, transfers: Transfers) {
    const upload = await this.#open(params)
    const transfer = upload && transfers.begin(upload.id, announcedLength(this.#request))
    try {
      await readForm(this.#request.raw, {
        contentType: this.#request.headers['content-type'],
        clock: this.#services.clock,
        fileFields: [FILE_FIELD],
        signal: this.#enough.signal,
        onField: (name, value) => this.fields.set(name, value),
        onFile: (file) => this.#takeFile(upload, params, file),
        onBytes: (count) => {
          transfer?.received(count)
          if (this.#failure !== undefined) this.#countRefused(count)
        },
      }).catch((error: unknown) => this.#refuse(error))
      await this.#storing
      // Once it is stored it counts, even if the session's time ran out in that very moment.
      if (this.#isStored) return UPLOADED
      if (this.#storing === undefined) {
        this.#refuse(new DomainError('invalid_argument', `The form has no file in a field named ${FILE_FIELD}.`))
      }
      if (!isDomainError(this.#failure)) throw this.#failure
      return failedUpload(this.#failure)
    } finally {
      transfer?.end()
      for (const cancel of this.#cancelTimers) cancel()
    }
  }

  async #open(params: Params): Promise<Upload | undefined> {
    try {
      const upload = await openSession(this.#services, params, { origin: this.#request.headers.origin })
      this.#after(upload.expiresAtMs - this.#services.clock.now(), () => {
        this.#refuse(new DomainError('token_expired', 'The upload session expired before the transfer ended.'))
      })
      return upload
    } catch (error) {
      this.#refuse(error)
      return undefined
    }
  }

  #takeFile(upload: Upload | undefined, params: Params, file: FormFile): void {
    // A file field that was left empty is sent without a name; further files are read past.
    const isChosen = file.name === FILE_FIELD && !(file.isEmpty && file.fileName === '')
    if (!isChosen || upload === undefined || this.#storing !== undefined || this.#failure !== undefined) {
      file.body.resume()
      return
    }
    if (file.isEmpty) {
      file.body.resume()
      this.#refuse(new DomainError('invalid_argument', `The file ${file.fileName} is empty.`))
      return
    }
    this.#storing = this.#store(upload, file.body, file.fileName || params.uploadFileKey)
  }

  async #store(upload: Upload, body: Readable, fileName: string): Promise<void> {
    try {
      const alongside = noteRequestBytes(upload, announcedLength(this.#request), this.#services.clock)
      const file = { offset: 0, startsOver: true, isLast: true, body, fileName, alongside } as const
      await this.#services.uploads.receive(upload.id, file)
      this.#isStored = true
    } catch (error) {
      this.#refuse(error)
      // The fields behind the file are still of interest.
      body.resume()
      await this.#services.uploads.describe(upload.id, { echo: NO_REQUEST }).catch((again: unknown) => {
        if (!isDomainError(again)) throw again
      })
    }
  }

  #refuse(error: unknown): void {
    if (this.#failure !== undefined) return
    this.#failure = error
    // A server that stops has no time for the rest.
    if (isDomainError(error, 'unavailable')) this.#enough.abort(error)
    else this.#after(REFUSED_MS, () => this.#enough.abort(error))
  }

  #countRefused(count: number): void {
    this.#bytesSinceRefusal += count
    if (this.#bytesSinceRefusal > REFUSED_BYTES) this.#enough.abort(this.#failure)
  }

  #after(delayMs: number, run: () => void): void {
    this.#cancelTimers.push(this.#services.clock.after(delayMs, run))
  }
}
