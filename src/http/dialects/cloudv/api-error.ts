import { randomUUID } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ErrorCode } from '../../../core/errors.ts'
import { asDomainError } from '../../problem.ts'

/** The vendor's codes, by what is wrong: docs/dialects/cloudv.md#error-codes. */
export const API_CODES = {
  operationFailed: 300,
  systemAbnormal: 900,
  parameterError: 1000,
  tokenWrong: 1001,
  legacyMemberMissing: 1002,
  userIdWrong: 1003,
  parameterMissing: 1004,
  wrongRequest: 1006,
  timeStampWrong: 1010,
  timeStampExpired: 1011,
  outOfRange: 1012,
  illegalFormat: 1013,
  noPermission: 1301,
  occupied: 400,
  fileNameTooLong: 1500,
  videoNotFound: 1502,
  videoIdEmpty: 1503,
  videoIdMalformed: 1504,
  videoForbidden: 1505,
  videoIsSoAlready: 1506,
  videoChangeFailed: 1507,
  codeTypeWrong: 1532,
  videoIdsEmpty: 1540,
  videoIdsMalformed: 1541,
  videoIdsOnlyCommas: 1542,
  watermarkNameTooLong: 1543,
  templateNameTooLong: 1544,
  videosNotFound: 1545,
  watermarkNotFound: 1546,
  templateNotFound: 1547,
  classificationWrong: 1558,
  deleteForbidden: 1569,
  categoriesWrong: 1575,
  md5Empty: 1604,
  md5TooLong: 1605,
  videoNameEmpty: 1606,
  videoSourceWrong: 1607,
  overwriteWrong: 1608,
  sizeWrong: 1609,
  sizeOverLimit: 1610,
  transNoRepeated: 1630,
  authMissing: 4001,
  accessKeyWrong: 4002,
  authTimestampWrong: 4003,
  authTimestampExpired: 4004,
  signatureWrong: 4005,
} as const

export type ApiCode = keyof typeof API_CODES

/** A refusal with a code of the vendor's own. `message` is shown. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: ApiCode

  constructor(code: ApiCode, message: string) {
    super(message)
    this.code = code
  }
}

const CODE_OF: Readonly<Record<ErrorCode, ApiCode>> = {
  invalid_argument: 'parameterError',
  unauthenticated: 'accessKeyWrong',
  forbidden: 'noPermission',
  token_invalid: 'noPermission',
  token_expired: 'noPermission',
  not_found: 'wrongRequest',
  state_conflict: 'wrongRequest',
  offset_mismatch: 'wrongRequest',
  length_mismatch: 'wrongRequest',
  too_large: 'sizeOverLimit',
  chunk_too_small: 'wrongRequest',
  checksum_mismatch: 'wrongRequest',
  checksum_unsupported: 'wrongRequest',
  type_not_allowed: 'wrongRequest',
  media_refused: 'wrongRequest',
  client_too_slow: 'wrongRequest',
  client_aborted: 'wrongRequest',
  superseded: 'wrongRequest',
  storage_full: 'systemAbnormal',
  quota_exceeded: 'noPermission',
  rate_limited: 'wrongRequest',
  lease_lost: 'systemAbnormal',
  unavailable: 'systemAbnormal',
}

/** What every call answers that worked. */
export function apiSuccess<Data>(data: Data) {
  return { code: 200, message: 'Operation successfully', data }
}

/** Both generations' names for the id of a request. */
export function traceRequest(reply: FastifyReply): void {
  const trace = randomUUID().replaceAll('-', '')
  reply.header('x-ws-requestid', trace).header('x-cnc-request-id', trace)
}

/** Answers as the vendor's API fails: status 200, a numeric code and no data. */
export function failApi(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof ApiError) return send(reply, error.code, error.message)
  const known = asDomainError(error)
  if (known !== undefined) return send(reply, CODE_OF[known.code], known.message)
  request.log.error({ err: error }, 'unexpected error')
  return send(reply, 'systemAbnormal', `Something went wrong on our side (trace ${request.id}).`)
}

function send(reply: FastifyReply, code: ApiCode, message: string): FastifyReply {
  return reply.code(200).send({ code: API_CODES[code], message })
}
