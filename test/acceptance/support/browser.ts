import { type Browser, chromium, type Page } from 'playwright-core'
import { findChromium } from '../../support/chromium.ts'

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
]

const PLAY_LIMIT_MS = 90_000

export const CHROMIUM = findChromium()

/** Headless Chromium; the caller closes it. */
export function launchBrowser(): Promise<Browser> {
  if (CHROMIUM === undefined) throw new Error('there is no Chromium on this machine')
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
}

/** Resolves once the page's video has played `seconds`; throws with the player's state when it does not. */
export async function expectPlaying(page: Page, selector: string, seconds: number): Promise<void> {
  await page.waitForSelector(selector, { state: 'attached', timeout: PLAY_LIMIT_MS })
  // As a person would press play; muted, for a headless browser has nobody to hear it.
  await page.$eval(selector, async (element) => {
    const video = element as unknown as { muted: boolean; play(): Promise<void> }
    video.muted = true
    await video.play()
  })
  const untilMs = Date.now() + PLAY_LIMIT_MS
  for (;;) {
    // Not waitForFunction, which evaluates text: the pages' content security policy forbids that, as it should.
    const state = await page.$eval(selector, (element) => {
      const { currentTime, readyState, error } = element as unknown as {
        currentTime: number
        readyState: number
        error: { message: string } | null
      }
      return { currentTime, readyState, error: error?.message }
    })
    if (state.currentTime >= seconds) return
    if (Date.now() > untilMs) throw new Error(`the video does not play: ${JSON.stringify(state)}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
