import { clientFileName } from '../file-name.ts'

const EXTENDED = /;\s*filename\*\s*=\s*UTF-8'[^']*'([A-Za-z0-9!#$&+.^_`|~%-]+)/i
const QUOTED = /;\s*filename\s*=\s*"((?:[^"\\]|\\.)*)"/i
const PLAIN = /;\s*filename\s*=\s*([^\s";]+)/i

/** The file's name in `Content-Disposition` (RFC 6266), the extended form before the plain one; empty when there is none. */
export function dispositionFileName(header: string | undefined): string {
  if (header === undefined) return ''
  const [, extended] = EXTENDED.exec(header) ?? []
  if (extended !== undefined) {
    const decoded = decodedPercent(extended)
    if (decoded !== undefined) return clientFileName(decoded)
  }
  const [, quoted] = QUOTED.exec(header) ?? []
  // Node reads header bytes as Latin-1; browsers and curl write UTF-8.
  if (quoted !== undefined) return clientFileName(utf8(quoted.replace(/\\(.)/g, '$1')))
  const [, plain = ''] = PLAIN.exec(header) ?? []
  return clientFileName(utf8(plain))
}

function decodedPercent(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

function utf8(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8')
}
