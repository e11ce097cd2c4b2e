import './watch.css'
import { createApiClient } from '../api/api-client.ts'
import { ownOrigin } from '../api/own-origin.ts'
import { createPlayer, type PlaybackProblem } from '../player/create-player.ts'
import { viewOfError, viewOfInfo, viewWithoutToken, type WatchView } from './describe-playback.ts'

const ASK_AGAIN_MS = 2_000

// Needed in all likelihood, and large: it need not wait for the answer about the video. The player reports a failure.
import('hls.js').catch(() => undefined)

const api = createApiClient((path, init) => fetch(path, init))
const host = document.getElementById('watch')
const assetId = location.pathname.split('/').findLast((part) => part !== '') ?? ''
const token = new URLSearchParams(location.search).get('token')

async function refresh(): Promise<void> {
  const view = await learn()
  show(view)
  if (view.kind === 'message' && view.askAgain) setTimeout(() => void refresh(), ASK_AGAIN_MS)
}

async function learn(): Promise<WatchView> {
  if (token === null || token === '') return viewWithoutToken()
  return api.playbackInfo(token, decodeURIComponent(assetId)).then(viewOfInfo, viewOfError)
}

function show(view: WatchView): void {
  document.title = view.title
  // The same sentence again would be read out again by screen readers.
  if (view.kind === 'message' && host?.querySelector('h1')?.textContent === view.heading) return
  host?.replaceChildren(view.kind === 'playing' ? playing(view) : saying(view))
}

function playing({ title, subtitles, ...links }: Extract<WatchView, { kind: 'playing' }>): HTMLElement {
  const own = (url: string | null) => (url === null ? null : ownOrigin(url))
  const player = createPlayer({
    title,
    hls: own(links.hls),
    original: own(links.original),
    poster: own(links.poster),
    sprites: own(links.sprites),
    subtitles: subtitles.map(({ label, language, kind, isDefault, url }) => {
      return { label, language, isCaptions: kind === 'captions', isDefault, url: ownOrigin(url) }
    }),
    onProblem: (problem) => {
      player.destroy()
      void stopped(problem)
    },
  })
  const heading = document.createElement('h1')
  heading.slot = 'top-chrome'
  heading.className = 'title'
  heading.textContent = title
  player.element.append(heading)
  return player.element
}

/** Playback ended for good. Where the server refused, it knows best why, and says so when asked for the video again. */
async function stopped(problem: PlaybackProblem): Promise<void> {
  if (problem === 'denied') {
    const view = await learn()
    if (view.kind === 'message') {
      show(view)
      return
    }
  }
  const [heading, text] =
    problem === 'undecodable'
      ? ['This browser cannot play the video', 'Another browser, or a newer one, may be able to.']
      : ['The video stopped', 'The rest of it could not be loaded.']
  const message = saying({ heading, text, busy: false })
  const again = document.createElement('button')
  again.type = 'button'
  again.textContent = 'Try again'
  again.addEventListener('click', () => void refresh())
  message.append(again)
  host?.replaceChildren(message)
}

function saying({ heading, text, busy }: { heading: string; text: string; busy: boolean }): HTMLElement {
  const section = document.createElement('section')
  section.className = 'message'
  section.setAttribute('role', 'status')
  section.dataset['testid'] = 'watch-message'
  if (busy) section.append(busyMark())
  const title = document.createElement('h1')
  title.textContent = heading
  const body = document.createElement('p')
  body.textContent = text
  section.append(title, body)
  return section
}

function busyMark(): HTMLElement {
  const mark = document.createElement('span')
  mark.className = 'busy'
  mark.setAttribute('aria-hidden', 'true')
  return mark
}

void refresh()
