import { isUtf8 } from 'node:buffer'
import { DomainError } from '../../core/errors.ts'
import { clientFileName } from '../file-name.ts'
import { ECHO } from './protocol.ts'

/** `Upload-Metadata` as sent (to be told again), and what of it is text. */
export type UploadMetadata = Readonly<{
  header: string
  /** Values that are binary, or hold control characters, are left out; they are echoed all the same. */
  values: Readonly<Record<string, string>>
  /** Empty when the client sent none. */
  fileName: string
}>

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
const CONTROL = /[\u0000-\u001f\u007f]/
/** Names under which clients send the file's name, best first. Uppy sends both. */
const NAME_KEYS = ['filename', 'name'] as const

/** Undefined when the header was not sent or is empty. Throws invalid_argument when it is not of the protocol's form. */
export function parseMetadata(header: string | undefined): UploadMetadata | undefined {
  if (header === undefined || header.trim() === '') return undefined
  const values: Record<string, string> = Object.create(null)
  const seen = new Set<string>()
  for (const pair of header.split(',')) {
    const [key = '', base64 = '', ...rest] = pair.trim().split(' ')
    if (key === '' || rest.length > 0 || !BASE64.test(base64)) {
      throw invalid('Upload-Metadata must be pairs of a key and a base64 value, separated by commas.')
    }
    if (seen.has(key)) throw invalid('The keys of Upload-Metadata must be unique.')
    seen.add(key)
    const bytes = Buffer.from(base64, 'base64')
    const text = bytes.toString('utf8')
    if (isUtf8(bytes) && !CONTROL.test(text)) values[key] = text
  }
  const nameKey = NAME_KEYS.find((key) => values[key] !== undefined)
  return { header, values, fileName: clientFileName((nameKey && values[nameKey]) ?? '') }
}

/** What an upload keeps of its client's metadata. The name is the token holder's to say; title and the like are not. */
export function described(
  metadata: UploadMetadata | undefined,
): Readonly<{ fileName: string | undefined; echo: Readonly<Record<string, string>> }> {
  if (metadata === undefined) return { fileName: undefined, echo: {} }
  const { fileName, header } = metadata
  return { fileName: fileName === '' ? undefined : fileName, echo: { [ECHO.metadata]: header } }
}

function invalid(message: string): DomainError {
  return new DomainError('invalid_argument', message)
}
