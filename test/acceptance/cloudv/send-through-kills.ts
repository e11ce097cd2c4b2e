import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makePhoneClip } from '../../support/media/make-media.ts'
import { waitUntilReady } from '../support/client.ts'
import { type RunningServer, startServer } from '../support/start-server.ts'
import { storedOriginals } from '../support/stored-original.ts'
import { etagOf, getUploadToken, MIB, newestAssetId, padded, sha256, type UploadToken } from './cloudv-client.ts'

const BLOCK = 4 * MIB
const AT_ONCE = 8
/** Shares of the blocks after which the server is killed. */
const KILLED_AT = [1 / 3, 2 / 3]

/**
 * Sends a film of this size in blocks of 4 MiB, eight at a time and shuffled, to a server of its own that is killed twice
 * meanwhile; each time it goes on with a new token for the same `fileId`. Throws unless the token always names the same
 * key and video, the server's hash is the client's, and what is stored is bit for bit what was sent.
 */
export async function sendThroughKills(sizeBytes: number): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'reeldock-cloudv-'))
  const server = { now: await startServer() }
  try {
    await send(server, await padded(await makePhoneClip(directory), sizeBytes))
  } finally {
    await server.now.remove()
    await rm(directory, { recursive: true, force: true })
  }
}

type Server = { now: RunningServer }

async function send(server: Server, content: Buffer): Promise<void> {
  const blocks = Math.ceil(content.length / BLOCK)
  /** The answers, by the number of the block. */
  const list = new Map<number, string>()
  const tokens: UploadToken[] = []
  const ask = async (): Promise<string> => {
    const token = await getUploadToken(server.now.url, { originFileName: 'long.mp4', fileId: 'crash-7' })
    tokens.push(token)
    const { fileKey, videoId } = token
    assert.deepEqual({ fileKey, videoId }, { fileKey: tokens[0]?.fileKey, videoId: tokens[0]?.videoId })
    return token.uploadToken
  }
  for (const share of KILLED_AT) {
    const pid = server.now.pid
    await sendMissing(server, { token: await ask(), content, list }, Math.ceil(blocks * share))
    assert.notEqual(server.now.pid, pid, 'the server was killed')
    assert.ok(list.size < blocks, 'blocks are still missing')
  }
  const token = await ask()
  await sendMissing(server, { token, content, list }, Number.POSITIVE_INFINITY)
  const ctxs = [...list].sort(([a], [b]) => a - b).map(([, ctx]) => ctx)
  const made = await fetch(`${server.now.url}/mkfile/${content.length}`, {
    method: 'POST',
    headers: { authorization: token, uploadbatch: 'crash' },
    body: ctxs.join(','),
  })
  assert.deepEqual(await made.json(), { hash: etagOf(content), key: tokens[0]?.fileKey })
  await waitUntilReady(server.now.url, await newestAssetId(server.now.url))
  assert.deepEqual(await storedOriginals(server.now.dataDirectory), [sha256(content)])
}

type Sender = Readonly<{ token: string; content: Buffer; list: Map<number, string> }>

/** Sends the blocks that are still missing; those that a dying server did not answer stay missing. */
async function sendMissing(server: Server, { token, content, list }: Sender, killAt: number): Promise<void> {
  const missing = shuffled(Math.ceil(content.length / BLOCK)).filter((order) => !list.has(order))
  let killing: Promise<void> | undefined
  const kill = async (): Promise<void> => {
    server.now = await server.now.crashAndRestart()
  }
  const work = async (): Promise<void> => {
    for (let order = missing.shift(); order !== undefined && killing === undefined; order = missing.shift()) {
      const bytes = content.subarray(order * BLOCK, (order + 1) * BLOCK)
      const response = await fetch(`${server.now.url}/mkblk/${bytes.length}/${order}`, {
        method: 'POST',
        headers: { authorization: token, uploadbatch: 'crash' },
        body: new Uint8Array(bytes),
      }).catch(() => undefined)
      const answer = response && ((await response.json().catch(() => ({}))) as { ctx?: string })
      if (answer?.ctx !== undefined) list.set(order, answer.ctx)
      if (list.size >= killAt) killing ??= kill()
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  await killing
}

/** The same order every time: a multiplier without a common factor visits every block once. */
function shuffled(count: number): number[] {
  const step = [7, 11, 13].find((candidate) => count % candidate !== 0) ?? 1
  return Array.from({ length: count }, (_, i) => (i * step + 5) % count)
}
