/** Parts of a multipart body, byte for byte. */
export type Part = string | Buffer

export const field = (name: string, value: string): Part =>
  `Content-Disposition: form-data; name="${name}"\r\n\r\n${value}`

export const file = (
  content: Buffer,
  options: Readonly<{ name?: string; fileName?: string; type?: string }> = {},
): Part => {
  const { name = 'upload-file', fileName = 'holiday.mp4', type = 'video/mp4' } = options
  const head = `Content-Disposition: form-data; name="${name}"; filename="${fileName}"\r\nContent-Type: ${type}\r\n\r\n`
  return Buffer.concat([Buffer.from(head), content])
}

/** `\r\n--boundary` between parts, `--boundary--\r\n` behind the last one. */
export function formBody(boundary: string, parts: readonly Part[]): Buffer {
  const pieces = parts.flatMap((part) => [Buffer.from(`--${boundary}\r\n`), Buffer.from(part), Buffer.from('\r\n')])
  return Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)])
}
