import type { PlaybackProblem } from './attach-hls.ts'

/** What to tell the viewer of the console, where the page can be asked for a fresh link. */
export const PLAYBACK_PROBLEM_TEXT: Record<PlaybackProblem, string> = {
  denied: 'The playback link has expired.',
  unreachable: 'The video stopped because the server cannot be reached.',
  undecodable: 'This browser cannot play the video.',
}
