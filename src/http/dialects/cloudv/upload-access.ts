import type { FastifyRequest } from 'fastify'
import type { Services } from '../../services.ts'
import { type Account, accountOf } from './access.ts'
import { isSigned, type PutPolicy, readPolicy, splitToken } from './put-policy.ts'
import { UploadError } from './upload-error.ts'

/** What a good upload token says: who signed it and what it allows. */
export type Grant = Readonly<{ account: Account; policy: PutPolicy }>

/** Verifies an upload token, bare or after `UpToken`. Throws 401, 631, and 400 for an address to tell that cannot be one. */
export async function grantOf(services: Services, token: string | undefined): Promise<Grant> {
  if (!token) throw new UploadError(401, 'Authorization Required')
  const split = splitToken(token)
  if (split === undefined) throw new UploadError(401, 'Token Format Invalid')
  const account = await accountOf(services, split.accessKey)
  if (account === undefined || !isSigned(split, account.secretKey)) throw new UploadError(401, 'Token Invalid')
  const policy = readPolicy(split.policy64)
  if (policy === undefined) throw new UploadError(401, 'Token Format Invalid')
  if (policy.deadlineMs <= services.clock.now()) throw new UploadError(401, 'Token Expired')
  if (policy.bucket !== account.bucket) throw new UploadError(631, 'Bucket Not Found')
  // Better no upload than one that nobody is told of.
  for (const url of [policy.callbackUrl, policy.persistentNotifyUrl]) {
    if (url !== undefined) services.requests.assertAddress(url)
  }
  return { account, policy }
}

/** As `grantOf`, from the request's Authorization header. */
export function grantOfHeader(services: Services, request: FastifyRequest): Promise<Grant> {
  return grantOf(services, request.headers.authorization)
}

/** Throws 413 unless the token allows a file of `sizeBytes`. */
export function assertSizeAllowed({ policy }: Grant, sizeBytes: number): void {
  const { maxSizeBytes } = policy
  if (maxSizeBytes !== undefined && sizeBytes > maxSizeBytes) {
    throw new UploadError(413, `The token allows at most ${maxSizeBytes} bytes.`)
  }
}
