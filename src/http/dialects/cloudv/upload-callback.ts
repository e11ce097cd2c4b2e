import { createHmac } from 'node:crypto'
import { isDomainError } from '../../../core/errors.ts'
import type { ReceivedAnswer } from '../../../core/ports/request-sender.ts'
import type { Services } from '../../services.ts'
import { type StoredFile, substitute } from './answer.ts'
import { urlSafe } from './etag.ts'
import type { Grant } from './upload-access.ts'
import { UploadError } from './upload-error.ts'

/** The client waits meanwhile, and some of them for half a minute only. */
const LIMITS = { connectTimeoutMs: 5_000, responseTimeoutMs: 20_000, maxAnswerBytes: 64 * 1024 }

const DEFAULT_BODY = 'bucket=$(bucket)&key=$(key)&hash=$(hash)&fsize=$(fsize)&fname=$(fname)'

/**
 * Tells the server that the token names of a file that is stored, and gives back what it said, for the uploader. Undefined
 * where the token names none. Throws 579 when it did not say 200: the file is there all the same.
 * docs/dialects/cloudv.md#upload-callback
 */
export async function callBack(services: Services, grant: Grant, file: StoredFile): Promise<string | undefined> {
  const { callbackUrl, callbackBody = DEFAULT_BODY } = grant.policy
  if (callbackUrl === undefined) return undefined
  const body = substitute(callbackBody, file)
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    authorization: authorizationOf(grant, new URL(callbackUrl), body),
  }
  const { status, text } = await answerTo(services, { url: callbackUrl, headers, body })
  if (status !== 200) throw callbackFailed(`it answered ${status}: ${text}`)
  return text
}

async function answerTo(
  { requests }: Services,
  request: Readonly<{ url: string; headers: Readonly<Record<string, string>>; body: string }>,
): Promise<ReceivedAnswer> {
  const limits = { ...LIMITS, signal: new AbortController().signal }
  return requests.send({ method: 'POST', ...request }, limits).catch((error: unknown) => {
    throw isDomainError(error) ? callbackFailed(error.message) : error
  })
}

/** Signed as the vendor's management calls are: path and query, a line feed, the body. */
function authorizationOf({ account }: Grant, { pathname, search }: URL, body: string): string {
  const signature = createHmac('sha1', account.secretKey).update(`${pathname}${search}\n${body}`).digest('hex')
  return `${account.accessKey}:${urlSafe(signature)}`
}

function callbackFailed(why: string): UploadError {
  return new UploadError(579, `The file is stored, but the callback failed: ${why}`.slice(0, 1_000))
}
