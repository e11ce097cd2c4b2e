import { readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { DomainError } from '../core/errors.ts'
import { mediaRefused } from '../core/transcoding/refusal.ts'
import { INIT_NAME, PLAYLIST_NAME } from './hls-arguments.ts'
import { isWholePlaylist, type MediaPlaylist, parseMediaPlaylist } from './media-playlist.ts'
import { incompleteOutput } from './output-check.ts'

/** The playlist ffmpeg wrote. Throws `damaged` when there is none, and `storage_full` when its end is missing. */
export async function readWrittenPlaylist(folder: string): Promise<MediaPlaylist> {
  const text = await readPlaylist(join(folder, PLAYLIST_NAME))
  if (!isWholePlaylist(text)) throw incompleteOutput()
  if (!text.includes('#EXTINF')) throw nothingDecoded()
  return parseMediaPlaylist(text)
}

/** As `readWrittenPlaylist`; ffmpeg numbers the init segments of several renditions, and each gets the plain name. */
export async function tidyWrittenPlaylist(folder: string): Promise<MediaPlaylist> {
  const written = await readWrittenPlaylist(folder)
  if (written.initFileName !== INIT_NAME) await rename(join(folder, written.initFileName), join(folder, INIT_NAME))
  return { ...written, initFileName: INIT_NAME }
}

async function readPlaylist(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw nothingDecoded({ cause: error })
  }
}

function nothingDecoded(options: ErrorOptions = {}): DomainError {
  return mediaRefused('damaged', 'Nothing of the file could be decoded.', options)
}
