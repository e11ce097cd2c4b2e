import { ApiError } from './api-error.ts'
import type { ApiCall } from './api-operation.ts'
import type { FileNamespace } from './file-kinds.ts'
import { readJsonList, textOf } from './json-list.ts'
import { policyText, signPolicy, TOKEN_LIFE_MS } from './put-policy.ts'
import { fileUrl } from './stored-file.ts'
import { createVideo, newFileKey } from './videos.ts'

const MAX_FILES = 50
const MAX_LIST = 256 * 1024
const MAX_SUFFIX = 16
const MAX_DOMAIN = 255

/** What audio and material files differ in. */
export type FileKind = Readonly<{
  namespace: FileNamespace
  /** Of a name without its suffix, in characters. */
  maxName: number
  isSuffixNeeded: boolean
  overwritesByDefault: boolean
}>

type WantedFile = Readonly<{ name: string; suffix: string }>

/** One file that a token was made for. */
export type IssuedFile = WantedFile & Readonly<{ id: string; uploadToken: string; fileFullUrl: string }>

/**
 * A token for each file of `fileList`, and what all of them share. Throws parameterMissing, parameterError.
 * docs/dialects/cloudv.md#audio-and-material-files
 */
export async function issueFiles(call: ApiCall, kind: FileKind) {
  const { services, account, parameters } = call
  const files = wantedFiles(parameters.get('fileList'), kind)
  const overwrite = toOverwrite(parameters.get('overwrite'), kind.overwritesByDefault)
  const domain = parameters.get('domain') ?? ''
  if (domain.length > MAX_DOMAIN) throw wrong('domain is too long.')
  const items: IssuedFile[] = []
  for (const file of files) items.push(await issueFile(call, kind, { file, overwrite, domain }))
  const place = { uploadUrl: services.publicUrl, bucketName: account.bucket, httpDnsServer: '' }
  return { place, items }
}

function wantedFiles(text: string | undefined, kind: FileKind): readonly WantedFile[] {
  if (!text) throw new ApiError('parameterMissing', 'fileList is missing.')
  const list = text.length > MAX_LIST ? undefined : readJsonList(text)
  if (list === undefined) throw wrong('fileList must be a JSON list, plain or in url-safe base64.')
  if (list.length === 0 || list.length > MAX_FILES) throw wrong(`fileList has 1 to ${MAX_FILES} files.`)
  return list.map((file, i) => wantedFile(file, kind, i + 1))
}

function wantedFile(file: Readonly<Record<string, unknown>>, { maxName, isSuffixNeeded }: FileKind, n: number) {
  const name = textOf(file['name'])
  const suffix = textOf(file['suffix']).replace(/^\./, '').toLowerCase()
  if (name === '') throw new ApiError('parameterMissing', `The name of file ${n} is missing.`)
  if ([...name].length > maxName) throw wrong(`The name of file ${n} has more than ${maxName} characters.`)
  if (suffix === '' && isSuffixNeeded) throw new ApiError('parameterMissing', `The suffix of file ${n} is missing.`)
  if (suffix !== '' && !(suffix.length <= MAX_SUFFIX && /^[a-z0-9]+$/.test(suffix))) {
    throw wrong(`The suffix of file ${n} is none.`)
  }
  return { name, suffix }
}

/** JSON's true and false have become 1 and 0 on the way. */
function toOverwrite(text: string | undefined, fallback: boolean): boolean {
  if (!text) return fallback
  if (!['0', '1', 'true', 'false'].includes(text)) throw wrong('overwrite must be true or false.')
  return text === '1' || text === 'true'
}

type Issuing = Readonly<{ file: WantedFile; overwrite: boolean; domain: string }>

async function issueFile(
  { services, random, account }: ApiCall,
  { namespace }: FileKind,
  { file, overwrite, domain }: Issuing,
): Promise<IssuedFile> {
  const { projectId, bucket } = account
  const nowMs = services.clock.now()
  const fileName = file.suffix === '' ? file.name : `${file.name}.${file.suffix}`
  const key = newFileKey(projectId, fileName, nowMs, random)
  const parameters = { suffix: file.suffix, ...(domain && { domain }) }
  const made = await createVideo(
    { services, random },
    { projectId, bucket, key, title: file.name, fileName, parameters, alsoIn: namespace },
  )
  const text = policyText(made, overwrite, nowMs + TOKEN_LIFE_MS)
  return {
    ...file,
    id: made.videoId,
    uploadToken: signPolicy(account.accessKey, account.secretKey, text),
    fileFullUrl: fileUrl(services, account, made.videoId, file.suffix),
  }
}

function wrong(message: string): ApiError {
  return new ApiError('parameterError', message)
}
