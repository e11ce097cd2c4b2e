import { createHash, createHmac, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { getJson } from '../support/client.ts'
import { KEYS } from '../support/start-server.ts'

export const MIB = 1024 * 1024

export type UploadToken = Readonly<{ uploadUrl: string; uploadToken: string; fileKey: string; videoId: string }>

const { accessKey, secretKey } = KEYS.cloudv
/** As a backend of an integrator asks for it. */
export function getUploadToken(serverUrl: string, parameters: Readonly<Record<string, string>>): Promise<UploadToken> {
  return callApi(serverUrl, '/vod/videoManage/getUploadToken', parameters)
}

/** The `data` of a call that has to work, signed for the old host. */
export async function callApi<Data>(
  serverUrl: string,
  path: string,
  parameters: Readonly<Record<string, string>>,
): Promise<Data> {
  const body = new URLSearchParams(parameters).toString()
  const type = 'application/x-www-form-urlencoded; charset=utf-8'
  const timestamp = String(Math.floor(Date.now() / 1000))
  const hex = (text: string): string => createHash('sha256').update(text).digest('hex')
  const headers = `content-type:${type}\nhost:${new URL(serverUrl).host}\n`
  const canonical = ['POST', path, '', headers, 'content-type;host', hex(body)].join('\n')
  const toSign = ['WS3-HMAC-SHA256', timestamp, hex(canonical)].join('\n')
  const signature = createHmac('sha256', secretKey).update(toSign).digest('hex')
  const response = await fetch(serverUrl + path, {
    method: 'POST',
    headers: {
      'content-type': type,
      'X-WS-AccessKey': accessKey,
      'X-WS-Timestamp': timestamp,
      Authorization: `WS3-HMAC-SHA256 Credential=${accessKey}, SignedHeaders=content-type;host, Signature=${signature}`,
    },
    body,
  })
  const answer = (await response.json()) as { code: number; message: string; data: Data }
  if (answer.code !== 200) throw new Error(`${path}: ${answer.code} ${answer.message}`)
  return answer.data
}

/** Sends a file as a form, with the token first. */
export async function sendForm(
  { uploadToken, uploadUrl }: Pick<UploadToken, 'uploadToken' | 'uploadUrl'>,
  content: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const form = new FormData()
  form.append('token', uploadToken)
  form.append('file', new Blob([content]), 'file')
  const answer = await fetch(`${uploadUrl}/file/upload`, { method: 'POST', body: form })
  if (answer.status !== 200) throw new Error(`/file/upload: ${answer.status} ${await answer.text()}`)
}

/** The clip made `sizeBytes` long by a box that players skip. */
export async function padded(clipPath: string, sizeBytes: number): Promise<Buffer> {
  const clip = await readFile(clipPath)
  const box = randomBytes(sizeBytes - clip.length)
  box.writeUInt32BE(box.length, 0)
  box.write('free', 4, 'latin1')
  return Buffer.concat([clip, box])
}

export const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex')

/** The newest asset of the library. */
export async function newestAssetId(serverUrl: string): Promise<string> {
  const { items } = await getJson<{ items: readonly { id: string }[] }>(`${serverUrl}/v1/assets?limit=1`)
  return items[0]?.id ?? ''
}

/** The vendor's file hash, the way its clients compute it. */
export function etagOf(content: Buffer): string {
  const sha1 = (bytes: Buffer): Buffer => createHash('sha1').update(bytes).digest()
  const segments: Buffer[] = []
  for (let at = 0; at < content.length; at += 4 * MIB) segments.push(sha1(content.subarray(at, at + 4 * MIB)))
  const [only] = segments
  const isOne = segments.length === 1 && only !== undefined
  const bytes = Buffer.concat([Buffer.from([isOne ? 0x16 : 0x96]), isOne ? only : sha1(Buffer.concat(segments))])
  return bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_')
}
