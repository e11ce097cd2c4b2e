import type Hls from 'hls.js'
import type { ErrorData } from 'hls.js'
import workerPath from 'hls.js/dist/hls.worker.js?url'

/** Why playback cannot go on. `denied`: the server does not honour the playback token (any more). */
export type PlaybackProblem = 'denied' | 'unreachable' | 'undecodable'

const HLS_TYPE = 'application/vnd.apple.mpegurl'
/** Enough to start at once; nobody may ever press play. */
const IDLE_BUFFER_SECONDS = 6
const PLAYING_BUFFER_SECONDS = 30
const MAX_MEDIA_RECOVERIES = 2
const DENIED_STATUSES: readonly number[] = [401, 403, 404, 410]

/**
 * Plays an HLS master playlist in a video element; resolves once the element has its source. hls.js is loaded on demand
 * and preferred wherever it runs: browsers that say "maybe" to HLS are not all able to play ours. Call the answer to let
 * go of the element and of all buffers.
 */
export async function attachHls(
  video: HTMLVideoElement,
  url: string,
  onProblem: (problem: PlaybackProblem) => void,
): Promise<() => void> {
  const { default: Engine } = await import('hls.js')
  if (Engine.isSupported()) return attachEngine(Engine, video, url, onProblem)
  if (video.canPlayType(HLS_TYPE) !== '') return attachNative(video, url, onProblem)
  onProblem('undecodable')
  return () => undefined
}

/** Plays a file as it is. Call the answer to let go of the element. */
export async function attachFile(
  video: HTMLVideoElement,
  url: string,
  onProblem: (problem: PlaybackProblem) => void,
): Promise<() => void> {
  return attachNative(video, url, onProblem)
}

function attachEngine(
  Engine: typeof Hls,
  video: HTMLVideoElement,
  url: string,
  onProblem: (problem: PlaybackProblem) => void,
): () => void {
  const hls = new Engine({ workerPath, maxBufferLength: IDLE_BUFFER_SECONDS })
  let recoveries = 0
  const buffer = () => {
    hls.config.maxBufferLength = PLAYING_BUFFER_SECONDS
  }
  video.addEventListener('play', buffer, { once: true })
  const detach = () => {
    video.removeEventListener('play', buffer)
    hls.destroy()
  }
  hls.on(Engine.Events.ERROR, (_event, data) => {
    if (!data.fatal) return
    if (data.type === Engine.ErrorTypes.MEDIA_ERROR && recoveries < MAX_MEDIA_RECOVERIES) {
      recoveries += 1
      hls.recoverMediaError()
      return
    }
    detach()
    onProblem(problemOf(Engine, data))
  })
  hls.loadSource(url)
  hls.attachMedia(video)
  return detach
}

function problemOf(Engine: typeof Hls, data: ErrorData): PlaybackProblem {
  if (data.type !== Engine.ErrorTypes.NETWORK_ERROR) return 'undecodable'
  return DENIED_STATUSES.includes(data.response?.code ?? 0) ? 'denied' : 'unreachable'
}

function attachNative(video: HTMLVideoElement, url: string, onProblem: (problem: PlaybackProblem) => void): () => void {
  // A native player tells nobody the status it got; "unreachable" is the one that invites another try.
  const report = () => onProblem(video.error?.code === MediaError.MEDIA_ERR_DECODE ? 'undecodable' : 'unreachable')
  video.addEventListener('error', report)
  video.src = url
  return () => {
    video.removeEventListener('error', report)
    video.removeAttribute('src')
    video.load()
  }
}
