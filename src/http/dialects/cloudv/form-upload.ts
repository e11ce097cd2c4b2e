import { Readable } from 'node:stream'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { DomainError } from '../../../core/errors.ts'
import type { HeldBody } from '../../../core/uploads/held-body.ts'
import { type FormFile, readForm } from '../../multipart.ts'
import { takeRawBodies } from '../../request-body.ts'
import { calledBackAnswer, formAnswer, keyFrom, type StoredFile } from './answer.ts'
import { etagOf, SegmentDigests } from './etag.ts'
import { notifyOfOps, persistentIdOf } from './persistent-ops.ts'
import { readPolicy, splitToken } from './put-policy.ts'
import { keepFor, readRetention } from './retention.ts'
import { assertMayStore, newUpload, removeLeftOvers, type Tools, videoOf } from './sessions.ts'
import { videoUrl } from './stored-file.ts'
import { assertSizeAllowed, type Grant, grantOf } from './upload-access.ts'
import { callBack } from './upload-callback.ts'
import { failUpload, toUploadError, UploadError } from './upload-error.ts'
import { validKey } from './upload-path.ts'
import { newFileKey, type Video } from './videos.ts'

/** A file whose token comes after it waits aside; larger ones are for slices, or for the token first. */
const HELD_BYTES = 512 * 1024 * 1024

/**
 * `POST /file/upload`: a form with a token and a file, in any order. Where the token, and with it the key, comes first,
 * the file streams to its place. docs/dialects/cloudv.md#form-upload
 */
export const formUpload: FastifyPluginAsync<Tools> = async (app, tools) => {
  takeRawBodies(app)
  app.post('/file/upload', { schema: { hide: true }, errorHandler: failUpload }, async (request, reply) => {
    const form = new Form(tools, request)
    try {
      const file = await form.take()
      const response = form.grant && (await callBack(tools.services, form.grant, file))
      return sendStored(reply, file, form.grant, response)
    } catch (error) {
      return sendRefused(reply, request, error, form.grant)
    }
  })
}

type Place = Readonly<{ grant: Grant; key: string; video: Video }>
type Sent = Readonly<{ etag: string; sizeBytes: number }>

/** One form on its way in. */
class Form {
  readonly #tools: Tools
  readonly #request: FastifyRequest
  readonly #startedAtMs: number
  readonly #fields = new Map<string, string>()
  readonly #enough = new AbortController()
  #file: Readonly<{ fileName: string; contentType: string }> | undefined
  #grant: Promise<Grant> | undefined
  /** Known once the token was found good. */
  grant: Grant | undefined
  #placing: Promise<Place> | undefined
  #sent: Promise<StoredFile> | undefined
  #held: Promise<HeldBody> | undefined
  readonly #heldDigests = new SegmentDigests()

  constructor(tools: Tools, request: FastifyRequest) {
    this.#tools = tools
    this.#request = request
    this.#startedAtMs = tools.services.clock.now()
  }

  async take(): Promise<StoredFile> {
    const { services } = this.#tools
    try {
      await readForm(this.#request.raw, {
        contentType: this.#request.headers['content-type'],
        clock: services.clock,
        fileFields: ['file'],
        signal: this.#enough.signal,
        onField: (name, value) => this.#takeField(name, value),
        onFile: (file) => this.#takeFile(file),
      })
      if (this.#file === undefined) throw new UploadError(400, 'The form has no file.')
      const place = await this.#place()
      const held = await this.#held
      if (held === undefined) return await (this.#sent as Promise<StoredFile>)
      assertSizeAllowed(place.grant, held.sizeBytes)
      return await this.#store(place, await held.open())
    } finally {
      const held = await this.#held?.catch(() => undefined)
      await held?.discard()
      await this.#sent?.catch(() => undefined)
    }
  }

  #takeField(name: string, value: string): void {
    if (this.#fields.has(name)) return
    this.#fields.set(name, value)
    if (name === 'deadline') this.#checkRetention(value)
    if (name !== 'token') return
    this.#grant = grantOf(this.#tools.services, value)
    this.#grant.then(
      (grant) => {
        this.grant = grant
      },
      (error: unknown) => this.#enough.abort(error),
    )
  }

  /** The file ends only with the form: wherever the field stands, nothing is stored of one that is refused here. */
  #checkRetention(days: string): void {
    try {
      readRetention(days)
    } catch (error) {
      this.#enough.abort(error)
    }
  }

  #takeFile(file: FormFile): void {
    if (file.name !== 'file' || this.#file !== undefined) {
      file.body.resume()
      return
    }
    this.#file = file
    if (!this.#isPlaceKnown()) {
      const body = Readable.from(digested(file.body, this.#heldDigests))
      this.#held = this.#tools.services.uploads.hold(body, { limitBytes: HELD_BYTES })
      this.#held.catch((error: unknown) => this.#enough.abort(error))
      return
    }
    this.#sent = this.#place().then((place) => this.#store(place, file.body))
    this.#sent.catch((error: unknown) => this.#enough.abort(error))
  }

  /** Whether token and key have come. What the token says of the key is believed here, and verified before it counts. */
  #isPlaceKnown(): boolean {
    const token = this.#fields.get('token')
    if (token === undefined) return false
    const split = splitToken(token)
    return this.#fields.has('key') || (split && readPolicy(split.policy64))?.key !== undefined
  }

  #place(): Promise<Place> {
    this.#placing ??= this.#findPlace()
    return this.#placing
  }

  async #findPlace(): Promise<Place> {
    const grant = await (this.#grant ?? grantOf(this.#tools.services, undefined))
    const named = this.#fields.get('key')
    const key = grant.policy.key ?? (named ? validKey(named) : await this.#unnamedKey(grant))
    const video = await videoOf(this.#tools, grant, key)
    assertMayStore(grant, video)
    return { grant, key, video }
  }

  /** By the template of the token, for which all of the form was read; else a new one. */
  async #unnamedKey({ account, policy }: Grant): Promise<string> {
    const { services, random } = this.#tools
    const fileName = this.#file?.fileName ?? ''
    const held = await this.#held
    if (policy.saveKey === undefined || held === undefined) {
      return newFileKey(account.projectId, fileName, services.clock.now(), random)
    }
    const etag = etagOf(this.#heldDigests.end())
    const { sizeBytes } = held
    const { ip } = this.#request
    const facts = {
      bucket: policy.bucket,
      key: '',
      url: '',
      fileName,
      etag,
      sizeBytes,
      mimeType: this.#mimeType,
      ip,
      persistentId: '',
    }
    return validKey(keyFrom(policy.saveKey, { ...facts, durationMs: 0, variables: this.#fields }))
  }

  get #mimeType(): string {
    return this.#fields.get('mimeType') || this.#file?.contentType || 'application/octet-stream'
  }

  async #store({ grant, key, video }: Place, body: Readable): Promise<StoredFile> {
    const { uploads, clock } = this.#tools.services
    const { upload } = await uploads.create(await newUpload(this.#tools, grant, video))
    try {
      const { etag, sizeBytes } = await this.#send(upload.id, body, grant)
      await uploads.describe(upload.id, { echo: { 'cloudv.etag': etag } })
      const persistentId = persistentIdOf(grant.policy, upload.id)
      await notifyOfOps(this.#tools.services, grant, video, persistentId)
      await uploads.complete(upload.id, { sizeBytes, mustBeFirst: !grant.policy.overwrite })
      await keepFor(this.#tools.services, video, readRetention(this.#fields.get('deadline')))
      return {
        bucket: grant.policy.bucket,
        key,
        url: videoUrl(this.#tools.services, grant.account, video),
        fileName: this.#file?.fileName || video.fileName,
        etag,
        sizeBytes,
        mimeType: this.#mimeType,
        ip: this.#request.ip,
        persistentId,
        durationMs: clock.now() - this.#startedAtMs,
        variables: this.#fields,
      }
    } catch (error) {
      await removeLeftOvers(this.#tools, [upload.id])
      throw error
    }
  }

  async #send(id: Parameters<Tools['services']['uploads']['receive']>[0], body: Readable, grant: Grant): Promise<Sent> {
    const isHeld = this.#held !== undefined
    const digests = isHeld ? this.#heldDigests : new SegmentDigests()
    const onChunk = isHeld ? undefined : (chunk: Uint8Array): void => digests.update(chunk)
    const limitBytes = grant.policy.maxSizeBytes
    const { receivedBytes } = await this.#tools.services.uploads
      .receive(id, { offset: 0, body, limitBytes, isLast: false, ...(onChunk && { onChunk }) })
      .catch((error: unknown) => {
        if (error instanceof DomainError && error.code === 'length_mismatch') assertSizeAllowed(grant, Number.MAX_VALUE)
        throw error
      })
    return { etag: etagOf(digests.end()), sizeBytes: receivedBytes }
  }
}

async function* digested(body: Readable, digests: SegmentDigests): AsyncGenerator<Buffer> {
  for await (const chunk of body.iterator({ destroyOnReturn: false })) {
    digests.update(chunk as Buffer)
    yield chunk as Buffer
  }
}

function sendStored(
  reply: FastifyReply,
  file: StoredFile,
  grant: Grant | undefined,
  response: string | undefined,
): FastifyReply {
  const { returnUrl, returnBody } = grant?.policy ?? {}
  if (response !== undefined && returnUrl === undefined) return reply.code(200).send(calledBackAnswer(file, response))
  const body = formAnswer(returnBody, file)
  if (returnUrl === undefined) return reply.code(200).type('text/plain; charset=utf-8').send(body)
  return redirect(reply, returnUrl, { upload_ret: body })
}

function sendRefused(
  reply: FastifyReply,
  request: FastifyRequest,
  error: unknown,
  grant: Grant | undefined,
): FastifyReply {
  const returnUrl = grant?.policy.returnUrl
  if (returnUrl === undefined) return failUpload(error, request, reply)
  const { status, message } = toUploadError(error, request)
  return redirect(reply, returnUrl, { code: String(status), message })
}

/** Only addresses that a signed policy names come here. */
function redirect(reply: FastifyReply, returnUrl: string, fields: Readonly<Record<string, string>>): FastifyReply {
  const separator = returnUrl.includes('?') ? '&' : '?'
  return reply
    .code(303)
    .header('location', `${returnUrl}${separator}${new URLSearchParams(fields)}`)
    .send()
}
