import { type DomainError, type ErrorCode, isDomainError } from '../../../core/errors.ts'

/**
 * Every code this dialect answers with: the message clients see, in which `@NAME@` stands for an argument, and the
 * arguments in the order of the wire. Source: docs/dialects/kaltura.md#errors.
 */
const ERRORS = {
  SERVICE_NOT_SPECIFIED: ['Service name was not specified, please specify one'],
  ACTION_NOT_SPECIFIED: ['Action name was not specified, please specify one'],
  SERVICE_DOES_NOT_EXISTS: ['Service "@SRV_NAME@" does not exists', 'SRV_NAME'],
  ACTION_DOES_NOT_EXISTS: [
    'Action "@ACTION_NAME@" does not exists for service "@SERVICE_NAME@"',
    'ACTION_NAME',
    'SERVICE_NAME',
  ],
  MISSING_MANDATORY_PARAMETER: ['Missing parameter "@PARAM_NAME@"', 'PARAM_NAME'],
  INVALID_ENUM_VALUE: [
    'Invalid enumeration value "@ENUM_VAL@" for parameter "@PARAM_NAME@", expecting enumeration type "@ENUM_TYPE@"',
    'ENUM_VAL',
    'PARAM_NAME',
    'ENUM_TYPE',
  ],
  INVALID_PARAMETER_CHAR: ['Invalid char in "@XML_FIELD@" field', 'XML_FIELD'],
  OBJECT_TYPE_ABSTRACT: ['The object type "@OBJ_TYPE@" is abstract, use one of the object implementations', 'OBJ_TYPE'],
  PROPERTY_VALIDATION_CANNOT_BE_NULL: ['The property "@PROP_NAME@" cannot be null', 'PROP_NAME'],
  PROPERTY_VALIDATION_NOT_UPDATABLE: ['The property "@PROP_NAME@" cannot be updated', 'PROP_NAME'],
  PROPERTY_VALIDATION_WRONG_FORMAT: ['The property "@PROP_NAME@" must match format @FORMAT@', 'PROP_NAME', 'FORMAT'],
  PROPERTY_VALIDATION_ENTRY_STATUS: [
    'The property "@PROP_NAME@" cannot be set for entry status "@STATUS@"',
    'PROP_NAME',
    'STATUS',
  ],
  PROPERTY_VALIDATION_MIN_LENGTH: [
    'The property "@PROP_NAME@" must have a min length of @MIN_LEN@ characters',
    'PROP_NAME',
    'MIN_LEN',
  ],
  PROPERTY_VALIDATION_MAX_LENGTH: [
    'The property "@PROP_NAME@" cannot have more than @MAX_LEN@ characters',
    'PROP_NAME',
    'MAX_LEN',
  ],
  SERVICE_FORBIDDEN: ['The access to service [@SERVICE@] is forbidden', 'SERVICE'],
  ACTION_BLOCKED: ['Action "@ACTION_NAME@" in service "@SERVICE_NAME@" is blocked', 'ACTION_NAME', 'SERVICE_NAME'],
  INTERNAL_SERVERL_ERROR: ['Internal server error occurred'],
  UNKNOWN_RESPONSE_FORMAT: ['Response format provided [@FORMAT@] is not recognized by server', 'FORMAT'],
  INVALID_KS: ['Invalid KS "@KSID@", Error "@ERR_CODE@,@ERR_DESC@"', 'KSID', 'ERR_CODE', 'ERR_DESC'],
  MISSING_KS: ['Missing KS, session not established'],
  START_SESSION_ERROR: ['Error while starting session for partner [@PID@]', 'PID'],
  INVALID_WIDGET_ID: ['Unknown widget [@WIDGET_ID@]', 'WIDGET_ID'],
  APP_TOKEN_ID_NOT_FOUND: ['Application token id "@ID@" not found', 'ID'],
  APP_TOKEN_NOT_ACTIVE: ['Application token id "@ID@" not active', 'ID'],
  APP_TOKEN_EXPIRED: ['Application token id "@ID@" expired', 'ID'],
  INVALID_APP_TOKEN_HASH: ['Invalid application token hash'],
  UPLOAD_TOKEN_NOT_FOUND: ['Upload token not found'],
  UPLOAD_TOKEN_INVALID_STATUS_FOR_UPLOAD: [
    'Upload token is in an invalid status for uploading a file, maybe the file was already uploaded',
  ],
  UPLOAD_TOKEN_CANNOT_RESUME: ['Cannot resume the upload, original file was not found'],
  UPLOAD_TOKEN_CANNOT_MATCH_EXPECTED_SIZE: ['Failed to match expected file size'],
  UPLOAD_TOKEN_FILE_TYPE_RESTRICTED_FOR_UPLOAD: ['Upload token is restricted due to the file type'],
  UPLOAD_TOKEN_MISSING_FILE_SIZE: ['FileSize is mandatory when enabling autoFinalize'],
  UPLOAD_PASSED_MAX_RESUME_TIME_ALLOWED: [
    'Max resume time of @MAX_RESUME_TIME@ seconds reached, cannot resume upload',
    'MAX_RESUME_TIME',
  ],
  UPLOAD_ERROR: ['Upload failed'],
  FILE_DOESNT_EXIST: ['File doesnt exist'],
  UPLOAD_TOKEN_INVALID_STATUS_FOR_ADD_ENTRY: [
    'Upload token is in an invalid status for adding entry, maybe the a file was not uploaded or the token was used',
  ],
  ENTRY_ID_NOT_FOUND: ['Entry id "@ENTRY_ID@" not found', 'ENTRY_ID'],
  ENTRY_ALREADY_WITH_CONTENT: ['Entry already associated with content'],
  RESOURCE_TYPE_NOT_SUPPORTED: ['Resource type "@RES_TYPE@" not supported', 'RES_TYPE'],
  FLAVOR_PARAMS_ID_NOT_FOUND: ['Flavor params id "@ID@" not found', 'ID'],
  FLAVOR_ASSET_ID_NOT_FOUND: ['Flavor asset id "@ID@" not found', 'ID'],
  FLAVOR_ASSET_IS_NOT_READY: ['The flavor asset is not ready'],
  FLAVOR_ASSET_ALREADY_EXISTS: [
    'Flavor asset id "@ASSET_ID@" already use flavor params id "@PARAMS_ID@"',
    'ASSET_ID',
    'PARAMS_ID',
  ],
  FLAVOR_ASSET_RECONVERT_ORIGINAL: ['Cannot reconvert original flavor asset'],
  ORIGINAL_FLAVOR_ASSET_IS_MISSING: ['The original flavor asset is missing'],
  ASSET_NOT_ALLOWED: ['Flavor asset id "@ID@" not allowed', 'ID'],
  INVALID_ENTRY_STATUS: ['Invalid entry status'],
  ENTRY_MEDIA_TYPE_NOT_SUPPORTED: ['Entry media type "@MEDIA_TYPE@" not supported', 'MEDIA_TYPE'],
  FLAVOR_PARAMS_DUPLICATE: ['Flavor params [@PARAMS@] defined more than once', 'PARAMS'],
  CANNOT_DELETE_DEFAULT_CONVERSION_PROFILE: ['Default conversion profile cannot be deleted'],
  CONVERSION_PROFILE_ID_NOT_FOUND: ['Conversion profile id "@ID@" not found', 'ID'],
  THUMB_ASSET_ID_NOT_FOUND: ['The Thumbnail asset id "@ID@" not found', 'ID'],
  THUMB_ASSET_IS_NOT_READY: ['The thumbnail asset is not ready'],
  THUMB_ASSET_IS_DEFAULT: ['Thumbnail asset "@ASSET@" is default and could not be deleted', 'ASSET'],
  THUMB_ASSET_DOWNLOAD_FAILED: ['Failed to download thumbnail from URL "@URL_PATH@"', 'URL_PATH'],
  CAPTION_ASSET_ID_NOT_FOUND: ['Caption asset id "@ASSET_ID@" not found', 'ASSET_ID'],
  CAPTION_ASSET_IS_NOT_READY: ['Caption asset "@ASSET_ID@" is not ready', 'ASSET_ID'],
  CAPTION_ASSET_PARSING_FAILED: ['Failed to parse caption asset "@ASSET_ID@"', 'ASSET_ID'],
  CAPTION_ASSET_DOWNLOAD_FAILED: ['Caption asset download from URL "@URL@" failed', 'URL'],
  ENTRY_REPLACEMENT_ALREADY_EXISTS: ['Entry already in replacement'],
  ENTRY_ID_NOT_REPLACED: ['Entry id "@ENTRY_ID@" not replaced', 'ENTRY_ID'],
  CATEGORY_NOT_FOUND: ['Category id "@ID@" not found', 'ID'],
  PARENT_CATEGORY_NOT_FOUND: ['Parent category id "@ID@" not found', 'ID'],
  PARENT_CATEGORY_IS_CHILD: [
    'The parent category "@PARENT_CATEGORY@" is one of the children for category "@OTHER_CATEGORY@"',
    'PARENT_CATEGORY',
    'OTHER_CATEGORY',
  ],
  DUPLICATE_CATEGORY: ['The category "@CATEGORY@" already exists', 'CATEGORY'],
  CATEGORY_ENTRY_ALREADY_EXISTS: ['Entry already assigned to this category'],
  ENTRY_IS_NOT_ASSIGNED_TO_CATEGORY: ["Entry doesn't assigned to category"],
  MUST_FILTER_ON_ENTRY_OR_CATEGORY: ['Must filter on entry id or category'],
  INVALID_ENTRY_ID: ['Invalid entry id ["@ID@"]', 'ID'],
  EVENT_NOTIFICATION_TEMPLATE_NOT_FOUND: ['Event notification template id [@ID@] not found', 'ID'],
  ENTRY_NOT_READY: ['Entry "@ENTRY_NAME@" is not ready', 'ENTRY_NAME'],
  ENTRY_TYPE_NOT_SUPPORTED: ['Entry type "@ENTRY_TYPE@" not supported', 'ENTRY_TYPE'],
  UNKNOWN_PARTNER_ID: ['Unknown partner_id [@PID@]', 'PID'],
} as const satisfies Record<string, readonly [message: string, ...args: string[]]>

export type KalturaErrorCode = keyof typeof ERRORS

/** An error as clients see it; always sent with HTTP status 200. */
export class KalturaError extends Error {
  override readonly name = 'KalturaError'
  readonly code: KalturaErrorCode
  readonly args: Readonly<Record<string, string>>

  constructor(code: KalturaErrorCode, args: Readonly<Record<string, string>> = {}, options?: ErrorOptions) {
    const [template, ...names]: readonly [string, ...string[]] = ERRORS[code]
    const shown = Object.fromEntries(names.map((name) => [name, withoutTags(args[name] ?? '')]))
    super(
      template.replace(/@([A-Z_]+)@/g, (_, name: string) => shown[name] ?? ''),
      options,
    )
    this.code = code
    this.args = shown
  }
}

/** How long a token with some bytes may rest, as the error that says so names it. */
export const MAX_RESUME_TIME_S = 604_800

/** What each of our errors looks like to these clients, where an operation does not say it better itself. */
const CODES: Readonly<Record<ErrorCode, KalturaErrorCode>> = {
  invalid_argument: 'UPLOAD_ERROR',
  unauthenticated: 'MISSING_KS',
  forbidden: 'SERVICE_FORBIDDEN',
  token_invalid: 'UPLOAD_TOKEN_NOT_FOUND',
  token_expired: 'UPLOAD_PASSED_MAX_RESUME_TIME_ALLOWED',
  not_found: 'UPLOAD_TOKEN_NOT_FOUND',
  state_conflict: 'UPLOAD_TOKEN_INVALID_STATUS_FOR_UPLOAD',
  offset_mismatch: 'UPLOAD_TOKEN_CANNOT_RESUME',
  length_mismatch: 'UPLOAD_TOKEN_CANNOT_MATCH_EXPECTED_SIZE',
  too_large: 'UPLOAD_ERROR',
  chunk_too_small: 'UPLOAD_ERROR',
  checksum_mismatch: 'UPLOAD_ERROR',
  checksum_unsupported: 'UPLOAD_ERROR',
  type_not_allowed: 'UPLOAD_TOKEN_FILE_TYPE_RESTRICTED_FOR_UPLOAD',
  media_refused: 'UPLOAD_TOKEN_FILE_TYPE_RESTRICTED_FOR_UPLOAD',
  client_too_slow: 'UPLOAD_ERROR',
  client_aborted: 'UPLOAD_ERROR',
  superseded: 'UPLOAD_ERROR',
  storage_full: 'UPLOAD_ERROR',
  quota_exceeded: 'UPLOAD_ERROR',
  rate_limited: 'ACTION_BLOCKED',
  lease_lost: 'INTERNAL_SERVERL_ERROR',
  unavailable: 'INTERNAL_SERVERL_ERROR',
}

/** The error to answer with; undefined for a bug. */
export function asKalturaError(error: unknown): KalturaError | undefined {
  if (error instanceof KalturaError) return error
  return isDomainError(error) ? fromDomainError(error) : undefined
}

function fromDomainError(error: DomainError): KalturaError {
  return new KalturaError(CODES[error.code], { MAX_RESUME_TIME: String(MAX_RESUME_TIME_S) }, { cause: error })
}

function withoutTags(text: string): string {
  return text.replace(/<[^>]*>/g, '')
}
