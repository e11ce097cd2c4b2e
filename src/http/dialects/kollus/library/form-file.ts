import type { FastifyRequest } from 'fastify'
import { DomainError } from '../../../../core/errors.ts'
import { type FormFile, readForm } from '../../../multipart.ts'
import type { Services } from '../../../services.ts'

/** The field that small files of a media content come in. */
const FIELD = 'file'

/**
 * Hands the form's first file over while it comes in; resolves with the form's other fields, before it or behind. Throws
 * what `take` throws, and invalid_argument for a form without a file.
 */
export async function takeFormFile(
  request: FastifyRequest,
  { clock }: Services,
  take: (file: FormFile, signal: AbortSignal) => Promise<void>,
): Promise<ReadonlyMap<string, string>> {
  const fields = new Map<string, string>()
  const abort = new AbortController()
  let taking: Promise<void> | undefined
  let failure: unknown
  await readForm(request.raw, {
    contentType: request.headers['content-type'],
    clock,
    fileFields: [FIELD],
    onField: (name, value) => {
      if (value.trim() !== '') fields.set(name, value.trim())
    },
    onFile: (file) => {
      if (taking !== undefined || file.isEmpty) {
        file.body.resume()
        return
      }
      taking = take(file, abort.signal).catch((error: unknown) => {
        failure = error
        // What comes behind is read past, so that the answer reaches its client.
        file.body.on('error', () => undefined).resume()
      })
    },
  }).catch((error: unknown) => {
    abort.abort(error)
    failure ??= error
  })
  await taking
  if (failure !== undefined) throw failure
  if (taking === undefined) throw new DomainError('invalid_argument', `The form has no file in a field named ${FIELD}.`)
  return fields
}
