import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { Source } from '../../../src/core/library/asset.ts'
import type { Treatment } from '../../../src/core/transcoding/treatment.ts'
import { aMediaInfo, aRendition } from '../../support/rows.ts'
import { type Json, type KalturaApp, newEntryOf } from './kaltura-app.ts'

const A_FILE = { sizeBytes: 1, widthPx: 1280, heightPx: 720 }
const signal = new AbortController().signal

/**
 * An entry with a file, as it is once workers are done with it: original and picture stored, one rendition of 720 lines.
 */
export async function readyEntry(
  app: KalturaApp,
  ks: string,
  options: Readonly<{ own?: Json; content?: string; treatment?: Treatment; download?: string }> = {},
): Promise<string> {
  const { own = {}, content = 'film', treatment, download } = options
  const token = await app.newToken(ks)
  await app.chunk(ks, token, content)
  const entry = await newEntryOf(app, ks, own)
  const id = String(entry['id'])
  const resource = { objectType: 'KalturaUploadedFileTokenResource', token }
  await app.call('media.addContent', { ks, entryId: id, resource })
  await finishProcessing(app, token, { treatment, download })
  return id
}

/** Does what workers do with the file of this token; `download` is the rendition in one file. @returns its source */
export async function finishProcessing(
  app: KalturaApp,
  token: string,
  options: Readonly<{ treatment?: Treatment | undefined; plays?: boolean; download?: string | undefined }> = {},
): Promise<Source> {
  const { treatment, plays = true, download } = options
  const { work, blobs } = app.infrastructure
  const upload = await app.upload(token)
  if (upload.assetId === undefined) throw new Error('the token belongs to no entry')
  const source = (await work.read.sources.listForAsset(upload.assetId)).find((one) => one.uploadId === upload.id)
  if (source === undefined) throw new Error('the file is not complete')
  const bytes = await app.content(token)
  await blobs.put(source.blobKey, Readable.from([bytes]), { signal })
  const posterKey = `sources/${source.id}/poster.jpg`
  await blobs.put(posterKey, Readable.from([Buffer.from('picture')]), { signal })
  const key = `sources/${source.id}/downloads/720p.mp4`
  if (download !== undefined) await blobs.put(key, Readable.from([Buffer.from(download)]), { signal })
  const nowMs = app.services.clock.now()
  await work.transaction(async (tx) => {
    await tx.sources.setRenditions(source.id, [aRendition(source)])
    const media = aMediaInfo({ sizeBytes: bytes.length })
    const packagePrefix = `sources/${source.id}/package/`
    await tx.sources.update(source.id, {
      media,
      packagePrefix,
      posterKey,
      readyAtMs: nowMs,
      ...(treatment && { treatment }),
      ...(download !== undefined && { downloads: [{ name: '720p', file: '720p.mp4', key, ...A_FILE }] }),
    })
    if (plays) await tx.assets.update(source.assetId, { currentSourceId: source.id }, nowMs)
  })
  return source
}

/** The bytes behind an address, or its status when there are none. */
export async function fetched(url: unknown): Promise<string | number> {
  const response = await fetch(String(url))
  if (!response.ok || response.body === null) return response.status
  return (await buffer(response.body)).toString()
}
