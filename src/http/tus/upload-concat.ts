import { DomainError } from '../../core/errors.ts'
import { uploadTokenIn } from '../upload-credential.ts'

/** `Upload-Concat`: a part of a file to be joined later, or the file that joins parts, named by their tokens in order. */
export type UploadConcat =
  | Readonly<{ kind: 'partial'; header: string }>
  | Readonly<{ kind: 'final'; header: string; tokens: readonly string[] }>

/** Only what the path's last segment says counts: a proxy may have made the rest. */
const LAST_SEGMENT = /^(?:[^?#,]*\/)?([^/?#,]+)$/

/** Undefined when the header was not sent. Throws invalid_argument for one that is not of the protocol's form. */
export function parseConcat(header: string | undefined): UploadConcat | undefined {
  if (header === undefined) return undefined
  if (header === 'partial') return { kind: 'partial', header }
  const [, list] = /^final;(.+)$/.exec(header) ?? []
  if (list === undefined) throw invalid('Upload-Concat must be "partial", or "final;" and the addresses of the parts.')
  const tokens = list
    .trim()
    .split(/ +/)
    .map((address) => {
      const [, segment = ''] = LAST_SEGMENT.exec(address) ?? []
      const token = uploadTokenIn(segment)
      if (token === undefined) throw invalid('Upload-Concat names an address that is none of an upload.')
      return token
    })
  return { kind: 'final', header, tokens }
}

function invalid(message: string): DomainError {
  return new DomainError('invalid_argument', message)
}
