import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import type { Readable } from 'node:stream'
import { Upload, type UploadOptions } from 'tus-js-client'
import { KEYS, type RunningServer } from '../support/start-server.ts'
import { storedOriginals } from '../support/stored-original.ts'
import type { FaultyNetwork } from './faulty-network.ts'

/** What a client has to know: where to. */
export type Sender = Readonly<{ url: string }>

const STORED_LIMIT_MS = 90_000

/** `tus-js-client` as it is, with the server's API key; it creates where `options` name no address. */
export function client(server: Sender, file: Buffer | Readable, options: UploadOptions = {}): Upload {
  const defaults = { endpoint: `${server.url}/tus`, headers: { authorization: `Bearer ${KEYS.apiKey}` } }
  return new Upload(file as ConstructorParameters<typeof Upload>[0], { ...defaults, retryDelays: null, ...options })
}

/** Sends the whole file; resolves with the client once it is satisfied. */
export function send(server: Sender, file: Buffer | Readable, options: UploadOptions = {}): Promise<Upload> {
  return new Promise((resolve, reject) => {
    const upload: Upload = client(server, file, { ...options, onSuccess: () => resolve(upload), onError: reject })
    upload.start()
  })
}

/**
 * Sends until the network has let `bytes` pass and stalls, and `isEnough` (the server, say, has them) resolves; then
 * breaks off as a lost connection would.
 */
export async function sendPartly(
  network: FaultyNetwork,
  file: Buffer,
  bytes: number,
  isEnough: () => PromiseLike<void> = async () => undefined,
  options: UploadOptions = {},
): Promise<Upload> {
  const stalled = network.stallAfter(bytes)
  const upload = client(network, file, options)
  const failed = new Promise<never>((_, reject) => {
    upload.options.onError = reject
    upload.options.onSuccess = () => reject(new Error('the upload ended before it was broken off'))
  })
  upload.start()
  await Promise.race([stalled, failed])
  await isEnough()
  await upload.abort()
  network.heal()
  return upload
}

/** The offset that the server tells for this address, asked over a connection of its own. */
export async function toldOffset(url: string): Promise<number> {
  const asking = request(url, { method: 'HEAD', headers: { 'tus-resumable': '1.0.0' }, agent: false }).end()
  const [response] = (await once(asking, 'response')) as [IncomingMessage]
  response.resume()
  if (response.statusCode !== 200) throw new Error(`HEAD answered ${response.statusCode}`)
  return Number(response.headers['upload-offset'])
}

function sha256(file: Buffer): string {
  return createHash('sha256').update(file).digest('hex')
}

/** Resolves once the server has put exactly this file among its originals. */
export async function untilStored({ dataDirectory }: RunningServer, file: Buffer): Promise<void> {
  const wanted = sha256(file)
  for (const untilMs = Date.now() + STORED_LIMIT_MS; ; ) {
    // A source's folder is there before its file is.
    const originals = await storedOriginals(dataDirectory).catch((): readonly string[] => [])
    if (originals.includes(wanted)) return
    if (Date.now() > untilMs) throw new Error('the file did not become an original')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
