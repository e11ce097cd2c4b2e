import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { isDomainError } from '../core/errors.ts'
import type { Rendition } from '../core/library/asset.ts'
import type { SourceLifecycle } from '../core/library/source-lifecycle.ts'
import { type NamedFiles, readPlaylist } from '../core/playback/read-playlist.ts'
import type { BlobStore } from '../core/ports/blob-store.ts'
import type { MediaTools } from '../core/ports/media-tools.ts'
import type { UnitOfWork } from '../core/ports/unit-of-work.ts'
import { type Download, isDownloaded } from '../core/transcoding/package-extras.ts'
import { downloadsPrefix, earlierFences } from './attempt-keys.ts'
import { deletingOnFailure } from './deleting-on-failure.ts'
import type { ScratchSpace } from './scratch-space.ts'
import type { JobHandler } from './worker-pool.ts'

type Parts = Readonly<{
  work: UnitOfWork
  blobs: BlobStore
  media: MediaTools
  lifecycle: SourceLifecycle
  scratch: ScratchSpace
}>

/**
 * Makes an MP4 file of each rendition that is played by itself and has none yet, with all sounds that go with it. It is
 * made of what lies in the store, so that it does not matter how, where and when that was encoded.
 */
export function downloadsHandler({ work, blobs, media, lifecycle, scratch }: Parts): JobHandler {
  return async (job, { signal, reportProgress }) => {
    const source = await work.read.sources.get(job.sourceId)
    const { packagePrefix, treatment, downloads: there = [] } = source ?? {}
    if (source === undefined || packagePrefix === undefined || treatment === undefined) return lifecycle.abandoned(job)
    for (const fence of earlierFences(job)) {
      const left = downloadsPrefix(job, fence)
      if (!there.some(({ key }) => key.startsWith(left))) await blobs.deletePrefix(left)
    }
    const renditions = await work.read.sources.renditions([source.id])
    const prefix = downloadsPrefix(job)
    const isWanted = ({ name, track }: Rendition): boolean =>
      track === undefined && isDownloaded(name, treatment) && !there.some((one) => one.name === name)
    const makeAndNote = async (): Promise<readonly string[]> => {
      const made = await scratch.withDirectory(job, (directory) => makeAll(renditions, packagePrefix, directory))
      const taken = new Set((await lifecycle.downloadsMade(job, made)).map(({ key }) => key))
      return made.map(({ key }) => key).filter((key) => !taken.has(key))
    }
    for (const key of await deletingOnFailure(blobs, prefix, makeAndNote, isDomainError)) await blobs.delete(key)

    async function makeAll(all: readonly Rendition[], folder: string, directory: string): Promise<readonly Download[]> {
      const tracks = all.filter(({ track }) => track !== undefined)
      const played = all.filter(isWanted)
      const sounds: { path: string; language: string | undefined }[] = []
      for (const sound of played.length > 0 ? tracks : []) {
        sounds.push({ path: await gather(sound, folder, directory), language: sound.track?.language })
      }
      const downloads: Download[] = []
      for (const [i, rendition] of played.entries()) {
        const { name, widthPx, heightPx } = rendition
        const path = await gather(rendition, folder, directory)
        const isSound = widthPx === undefined
        const file = `${name}.${isSound ? 'm4a' : 'mp4'}`
        const outputFile = join(directory, file)
        const content = isSound
          ? { picture: undefined, sounds: [{ path, language: undefined }] }
          : { picture: path, sounds }
        const { durationMs } = rendition
        const sizeBytes = await media.download({ ...content, durationMs, outputFile }, { signal })
        const key = `${prefix}${file}`
        await blobs.adoptFile(key, outputFile, { signal })
        downloads.push({ name, file, key, sizeBytes, widthPx, heightPx })
        reportProgress((i + 1) / played.length)
      }
      return downloads
    }

    /** One file of a rendition's init segment and all segments: MP4 in fragments. */
    async function gather({ name, playlist }: Rendition, folder: string, directory: string): Promise<string> {
      const listed = readPlaylist(await text((await blobs.open(`${folder}${playlist}`, { signal })).body))
      const path = join(directory, `${name}.fragments`)
      for (const [i, file] of filesOf(listed).entries()) {
        const key = `${folder}${playlist.slice(0, playlist.lastIndexOf('/') + 1)}${file}`
        const { body } = await blobs.open(key, { signal })
        await pipeline(body, createWriteStream(path, { flags: i === 0 ? 'w' : 'a' }), { signal })
      }
      return path
    }
  }
}

function filesOf({ init, segments }: NamedFiles): readonly string[] {
  return [init, ...segments.map(({ file }) => file)]
}
