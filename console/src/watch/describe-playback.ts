import { ApiError } from '../api/api-error.ts'
import type { PlaybackInfo } from '../api/schema.ts'

/** What the watch page shows: the player, or a sentence; and whether to ask the server again. */
export type WatchView =
  | ({ kind: 'playing' } & Pick<PlaybackInfo, 'title' | 'hls' | 'original' | 'poster' | 'sprites' | 'subtitles'>)
  | { kind: 'message'; title: string; heading: string; text: string; busy: boolean; askAgain: boolean }

const EXPIRED = {
  heading: 'This link has expired',
  text: 'Ask the person who shared the video for a new link.',
}
const INVALID = {
  heading: 'This link is not valid',
  text: 'Check that it was copied completely, or ask for a new one.',
}

/** The view for what the server said about the video. */
export function viewOfInfo(info: PlaybackInfo): WatchView {
  const { title } = info
  // Before it is ready, perhaps, in its smallest size.
  if (info.hls !== null || info.original !== null) {
    const { hls, original, poster, sprites, subtitles } = info
    return { kind: 'playing', title, hls, original, poster, sprites, subtitles }
  }
  if (info.state === 'failed') {
    return message(title, 'This video cannot be played', 'It could not be prepared for playback.')
  }
  const text = 'It appears here as soon as it is ready.'
  return { ...message(title, 'This video is being prepared', text), busy: true, askAgain: true }
}

/** The view for a request that failed. Only what can change by itself is asked again. */
export function viewOfError(error: unknown): WatchView {
  const status = error instanceof ApiError ? error.status : 0
  if (status === 404) return message('Video', 'There is no such video', 'It may have been deleted.')
  if (error instanceof ApiError && (status === 401 || status === 403 || status === 410)) {
    const { heading, text } = error.reason === 'expired' ? EXPIRED : INVALID
    return message('Video', heading, text)
  }
  const text = 'Trying again in a moment.'
  return { ...message('Video', 'The server cannot be reached', text), busy: true, askAgain: true }
}

/** The view for an address without a token. */
export function viewWithoutToken(): WatchView {
  return message('Video', INVALID.heading, INVALID.text)
}

function message(title: string, heading: string, text: string) {
  return { kind: 'message' as const, title, heading, text, busy: false, askAgain: false }
}
