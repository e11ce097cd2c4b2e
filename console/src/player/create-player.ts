import 'media-chrome/dist/media-captions-button.js'
import 'media-chrome/dist/media-controller.js'
import 'media-chrome/dist/media-control-bar.js'
import 'media-chrome/dist/media-fullscreen-button.js'
import 'media-chrome/dist/media-loading-indicator.js'
import 'media-chrome/dist/media-mute-button.js'
import 'media-chrome/dist/media-pip-button.js'
import 'media-chrome/dist/media-play-button.js'
import 'media-chrome/dist/media-playback-rate-button.js'
import 'media-chrome/dist/media-time-display.js'
import 'media-chrome/dist/media-time-range.js'
import 'media-chrome/dist/media-volume-range.js'
import './player.css'
import { attachFile, attachHls, type PlaybackProblem } from './attach-hls.ts'

export type { PlaybackProblem } from './attach-hls.ts'

/** Subtitles in a file of their own. */
export interface PlayerText {
  label: string
  language: string
  isCaptions: boolean
  isDefault: boolean
  url: string
}

export interface PlayerOptions {
  /** URL of the HLS master playlist; null for what is passed through. */
  hls: string | null
  /** URL of the file itself, where it is passed through. */
  original: string | null
  poster: string | null
  /** WebVTT map of small pictures for the seek bar. */
  sprites?: string | null
  /** Only for `original`: a master playlist names them itself. */
  subtitles?: readonly PlayerText[]
  /** Accessible name of the video. */
  title: string
  /** Playback ended for good; the player stays in place and shows its last picture. */
  onProblem: (problem: PlaybackProblem) => void
}

/** A player in the document's own tree: `video` can be found by scripts and tests, only the controls use shadow trees. */
export interface PlayerHandle {
  element: HTMLElement
  video: HTMLVideoElement
  /** Stops playback, frees the buffers and removes the element. */
  destroy: () => void
}

const CONTROLS = `
  <media-loading-indicator slot="centered-chrome" noautohide></media-loading-indicator>
  <media-time-range class="rd-timeline"></media-time-range>
  <media-control-bar>
    <media-play-button></media-play-button>
    <media-mute-button></media-mute-button>
    <media-volume-range></media-volume-range>
    <media-time-display showduration></media-time-display>
    <span class="rd-player-space"></span>
    <media-captions-button></media-captions-button>
    <media-playback-rate-button rates="0.75 1 1.25 1.5 2"></media-playback-rate-button>
    <media-pip-button></media-pip-button>
    <media-fullscreen-button></media-fullscreen-button>
  </media-control-bar>`

/** Builds a player that starts loading at once. The caller puts `element` into the page and calls `destroy` in the end. */
export function createPlayer(options: PlayerOptions): PlayerHandle {
  const { hls, original, poster, sprites = null, subtitles = [], title, onProblem } = options
  const element = document.createElement('media-controller')
  element.className = 'rd-player'
  element.innerHTML = CONTROLS
  const video = document.createElement('video')
  video.slot = 'media'
  video.playsInline = true
  video.dataset['testid'] = 'player-video'
  video.setAttribute('aria-label', title)
  if (poster !== null) video.poster = poster
  if (sprites !== null) video.append(track({ kind: 'metadata', label: 'thumbnails', src: sprites, isDefault: true }))
  for (const text of hls === null ? subtitles : []) {
    const kind = text.isCaptions ? 'captions' : 'subtitles'
    video.append(track({ kind, label: text.label, language: text.language, src: text.url, isDefault: text.isDefault }))
  }
  element.prepend(video)

  let detach: () => void = () => undefined
  let gone = false
  const report = (problem: PlaybackProblem) => {
    if (!gone) onProblem(problem)
  }
  const attached = hls === null ? attachFile(video, original ?? '', report) : attachHls(video, hls, report)
  attached.then(
    (detachHls) => {
      if (gone) detachHls()
      else detach = detachHls
    },
    // The player's own code could not be loaded: the network is gone, or the server was upgraded meanwhile.
    () => {
      if (!gone) onProblem('unreachable')
    },
  )
  return {
    element,
    video,
    destroy: () => {
      gone = true
      detach()
      element.remove()
    },
  }
}

function track(what: {
  kind: string
  label: string
  language?: string
  src: string
  isDefault: boolean
}): HTMLTrackElement {
  const element = document.createElement('track')
  element.kind = what.kind
  element.label = what.label
  if (what.language !== undefined) element.srclang = what.language
  element.default = what.isDefault
  element.src = what.src
  return element
}
