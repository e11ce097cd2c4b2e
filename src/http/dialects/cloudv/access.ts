import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { DialectCredential } from '../../../core/access/project.ts'
import type { ProjectId } from '../../../core/ids.ts'
import type { Services } from '../../services.ts'
import { ApiError } from './api-error.ts'
import { bodyOf, type CloudvParameters, queryOf } from './parameters.ts'
import { type Claim, isSignedBy, parseClaim, type SignedRequest } from './signature.ts'

const DIALECT = 'cloudv'
const MAX_SKEW_MS = 300_000

/** Who calls, with the keys that his upload tokens are signed with. */
export type Account = Readonly<{ projectId: ProjectId; accessKey: string; secretKey: string; bucket: string }>

/** The account with this access key, if there is one. */
export async function accountOf({ access }: Services, accessKey: string): Promise<Account | undefined> {
  const credential = await access.credential(DIALECT, { lookup: accessKey })
  return credential && toAccount(credential)
}

/** The keys of a project, for what no call asked for; of several, the first ones. */
export async function accountOfProject({ access }: Services, projectId: ProjectId): Promise<Account | undefined> {
  const [credential] = await access.credentialsOf(projectId, DIALECT)
  return credential && toAccount(credential)
}

function toAccount({ projectId, lookup, secrets }: DialectCredential): Account | undefined {
  const { secretKey, bucket } = secrets
  if (secretKey === undefined || bucket === undefined) throw new Error('a Cloud VoD credential lacks its secret key')
  return { projectId, accessKey: lookup, secretKey, bucket }
}

/**
 * Who makes this API call. Throws the vendor's codes: authMissing, accessKeyWrong, authTimestampWrong,
 * authTimestampExpired, signatureWrong. Source: docs/dialects/cloudv.md#authentication.
 *
 * With `refuseReplays`, a signature is good for one call. It is off by default: clients that repeat a call within a
 * second send the same signature.
 */
export async function authenticate(
  services: Services,
  request: FastifyRequest,
  parameters: CloudvParameters,
  options: Readonly<{ refuseReplays: boolean }>,
): Promise<Account> {
  const { authorization } = request.headers
  if (authorization === undefined) throw await refusedLegacy(services, parameters)
  if (/^Basic\s/i.test(authorization)) return basicAccount(services, request, authorization)
  const claim = parseClaim(authorization)
  const timestamp = header(request, 'x-ws-timestamp') ?? header(request, 'x-cnc-timestamp')
  const accessKey = header(request, 'x-ws-accesskey') ?? header(request, 'x-cnc-accesskey')
  if (timestamp === undefined || accessKey === undefined) {
    throw new ApiError('authMissing', 'The access key or the timestamp is missing.')
  }
  if (!/^\d{10}$/.test(timestamp)) throw new ApiError('authTimestampWrong', 'The timestamp must be in seconds.')
  if (Math.abs(services.clock.now() - Number(timestamp) * 1_000) > MAX_SKEW_MS) {
    throw new ApiError('authTimestampExpired', 'The timestamp is more than five minutes off.')
  }
  const account = await accountOf(services, accessKey)
  if (account === undefined) throw new ApiError('accessKeyWrong', 'The access key is not known.')
  if (claim?.accessKey !== accessKey || !isSignedHere(services, request, timestamp, claim, account.secretKey)) {
    throw signatureWrong()
  }
  if (options.refuseReplays) await refuseReplay(services, claim.signature)
  return account
}

/** A proxy in between may pass another host on than the client signed: our public one is good as well. */
function isSignedHere(
  { publicUrl }: Services,
  request: FastifyRequest,
  timestamp: string,
  claim: Claim,
  secretKey: string,
): boolean {
  const { method, headers } = request
  const path = request.url.split('?')[0] ?? ''
  const signed: SignedRequest = { method, path, query: queryOf(request), headers, timestamp, body: bodyOf(request) }
  if (isSignedBy(signed, claim, secretKey)) return true
  return isSignedBy({ ...signed, headers: { ...headers, host: new URL(publicUrl).host } }, claim, secretKey)
}

/** The other scheme of the gateway: a password made of the date. */
async function basicAccount(services: Services, request: FastifyRequest, authorization: string): Promise<Account> {
  const [, encoded = ''] = authorization.split(/\s+/)
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  const date = header(request, 'date')
  if (colon < 0 || date === undefined) throw new ApiError('authMissing', 'The user or the Date is missing.')
  const dateMs = Date.parse(date)
  if (Number.isNaN(dateMs)) throw new ApiError('authTimestampWrong', 'The Date is not one.')
  if (Math.abs(services.clock.now() - dateMs) > MAX_SKEW_MS) {
    throw new ApiError('authTimestampExpired', 'The Date is more than five minutes off.')
  }
  const account = await accountOf(services, text.slice(0, colon))
  if (account === undefined) throw new ApiError('accessKeyWrong', 'The user is not known.')
  const expected = createHmac('sha1', account.secretKey).update(date).digest()
  const actual = Buffer.from(text.slice(colon + 1), 'base64')
  if (expected.length !== actual.length || !timingSafeEqual(expected, actual)) throw signatureWrong()
  return account
}

/** Remembers the signature until its timestamp is out of date by itself; of two calls at once, one is refused. */
async function refuseReplay({ access, clock }: Services, signature: string): Promise<void> {
  const untilMs = clock.now() + 2 * MAX_SKEW_MS
  if (!(await access.countUse(DIALECT, signature, { limit: 1, untilMs }))) throw signatureWrong()
}

/** The first generation's credentials, whose computation is not public: what can be said about them is. */
async function refusedLegacy(services: Services, parameters: CloudvParameters): Promise<ApiError> {
  const names = ['userId', 'token', 'timeStamp']
  if (!names.some((name) => parameters.has(name))) {
    return new ApiError('authMissing', 'The Authorization header is missing.')
  }
  if (names.some((name) => !parameters.get(name))) {
    return new ApiError('legacyMemberMissing', 'userId, token and timeStamp are all needed.')
  }
  const timeStamp = parameters.get('timeStamp') ?? ''
  if (!/^\d{10}$/.test(timeStamp)) return new ApiError('timeStampWrong', 'timeStamp must be in seconds.')
  if (Math.abs(services.clock.now() - Number(timeStamp) * 1_000) > MAX_SKEW_MS) {
    return new ApiError('timeStampExpired', 'timeStamp is more than five minutes off.')
  }
  if ((await accountOf(services, parameters.get('userId') ?? '')) === undefined) {
    return new ApiError('userIdWrong', 'The userId is not known.')
  }
  return new ApiError('tokenWrong', 'Tokens of this generation are not accepted; sign with an access key.')
}

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name]?.toString().trim()
  return value === '' ? undefined : value
}

function signatureWrong(): ApiError {
  return new ApiError('signatureWrong', 'The signature is not valid.')
}
