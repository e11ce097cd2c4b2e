import { type ApiCode, ApiError } from './api-error.ts'
import { type CategoryName, readCategoryNames } from './categories.ts'
import type { CloudvParameters } from './parameters.ts'

/** What getUploadToken was asked for. */
export type UploadRequest = Readonly<{
  fileName: string
  title: string
  /** The client's own name for the file; with it an upload can be resumed. */
  fileId: string | undefined
  overwrite: boolean
  /** As the client says it. */
  sizeBytes: number | undefined
  categories: readonly CategoryName[]
  /** What stays with the video: how to process it and where to publish it. */
  parameters: Readonly<Record<string, string>>
}>

const MAX_NAME = 40
const MAX_FILE_ID = 32
const MAX_VALUE = 4_096

const CARRIED = ['domain', 'workflowId', 'cmd', 'waterMarkName', 'transCodeCombineName', 'subtitleId', 'subtitle']
/** A workflow says all that these would. */
const COVERED_BY_WORKFLOW = new Set(['cmd', 'waterMarkName', 'transCodeCombineName', 'subtitleId'])
const NONE: ReadonlySet<string> = new Set()

/**
 * Reads the parameters; unknown ones are ignored, empty ones mean the default unless the vendor has a code for them.
 * Throws ApiError. Source: docs/dialects/cloudv.md#getuploadtoken.
 */
export function toUploadRequest(
  parameters: CloudvParameters,
  limits: Readonly<{ maxSizeBytes: number }>,
): UploadRequest {
  const fileName = parameters.get('originFileName')
  if (fileName === undefined) throw new ApiError('parameterMissing', 'originFileName is missing.')
  refuseIf(fileName === '' || parameters.get('videoName') === '', 'videoNameEmpty', 'The name must not be empty.')
  refuseIf([...fileName].length > MAX_NAME, 'fileNameTooLong', `The file name has more than ${MAX_NAME} characters.`)
  const md5 = parameters.get('fileMd5')
  refuseIf(md5 === '', 'md5Empty', 'fileMd5 must not be empty.')
  refuseIf((md5?.length ?? 0) > MAX_FILE_ID, 'md5TooLong', `fileMd5 has more than ${MAX_FILE_ID} characters.`)
  const fileId = parameters.get('fileId') || undefined
  refuseIf((fileId?.length ?? 0) > MAX_FILE_ID, 'outOfRange', `fileId has more than ${MAX_FILE_ID} characters.`)
  const source = parameters.get('videoSource') || 'sdk'
  refuseIf(source !== 'web' && source !== 'sdk', 'videoSourceWrong', 'videoSource must be web or sdk.')
  return {
    fileName,
    title: parameters.get('videoName') || fileName,
    fileId: fileId ?? md5,
    overwrite: toOverwrite(parameters.get('overwrite') || '0'),
    sizeBytes: toSize(parameters.get('originFileSize'), limits.maxSizeBytes),
    categories: toCategories(parameters.get('categoryNames')),
    parameters: carried(parameters),
  }
}

function toOverwrite(text: string): boolean {
  refuseIf(text !== '0' && text !== '1', 'overwriteWrong', 'overwrite must be 0 or 1.')
  return text === '1'
}

function toSize(text: string | undefined, maxSizeBytes: number): number | undefined {
  if (text === undefined) return undefined
  refuseIf(!/^\d{1,20}$/.test(text), 'sizeWrong', 'originFileSize must be a whole number, not negative.')
  refuseIf(Number(text) > maxSizeBytes, 'sizeOverLimit', `A file has at most ${maxSizeBytes} bytes here.`)
  return Number(text)
}

function carried(parameters: CloudvParameters): Readonly<Record<string, string>> {
  const covered = parameters.get('workflowId') ? COVERED_BY_WORKFLOW : NONE
  const entries = CARRIED.filter((name) => !covered.has(name)).flatMap((name) => {
    // An old client of the vendor's misspells this one.
    const value = parameters.get(name) || (name === 'domain' ? parameters.get('domian') : undefined)
    refuseIf((value?.length ?? 0) > MAX_VALUE, 'outOfRange', `${name} is too long.`)
    return value ? [[name, value] as const] : []
  })
  return Object.fromEntries(entries)
}

function toCategories(text: string | undefined): readonly CategoryName[] {
  if (!text) return []
  refuseIf(text.length > MAX_VALUE, 'outOfRange', 'categoryNames is too long.')
  const list = readCategoryNames(text)
  if (list !== undefined) return list
  throw new ApiError('illegalFormat', 'categoryNames must be a JSON list of childName and parentName.')
}

function refuseIf(condition: boolean, code: ApiCode, message: string): void {
  if (condition) throw new ApiError(code, message)
}
