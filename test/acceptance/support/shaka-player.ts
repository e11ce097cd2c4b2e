import { once } from 'node:events'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { expectPlaying } from './browser.ts'

const require = createRequire(import.meta.url)

/** What the player has found in a presentation, each once, in order. */
export type Presentation = Readonly<{
  heights: readonly number[]
  soundLanguages: readonly string[]
  textLanguages: readonly string[]
}>

/** The part of its interface that is used in the page. */
type Shaka = {
  polyfill: { installAll(): void }
  Player: new () => {
    attach(video: unknown): Promise<void>
    load(url: string): Promise<void>
    getVariantTracks(): { height: number | null; language: string }[]
    getTextTracks(): { language: string }[]
  }
}

/**
 * Plays with Shaka Player, which knows DASH and HLS, on a site of somebody else's; up to `seconds`, `rate` times as fast
 * as at the film's own pace.
 */
export async function playWithShaka(
  browser: Browser,
  url: string,
  { seconds, rate = 1 }: Readonly<{ seconds: number; rate?: number }>,
): Promise<Presentation> {
  // Another origin than the server's, and one that may use the browser's cryptography.
  const site = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<video id="video"></video>')
  })
  site.listen(0, '127.0.0.1')
  await once(site, 'listening')
  const page = await browser.newPage()
  try {
    await page.goto(`http://localhost:${(site.address() as AddressInfo).port}/`)
    await page.addScriptTag({ path: require.resolve('shaka-player/dist/shaka-player.compiled.js') })
    const found = await page.evaluate(load, url)
    await page.$eval('#video', (video, pace) => Object.assign(video, { playbackRate: pace }), rate)
    await expectPlaying(page, '#video', seconds)
    return found
  } finally {
    await page.close()
    site.closeAllConnections()
    site.close()
  }
}

/** In the page. */
async function load(url: string): Promise<Presentation> {
  const { shaka, video } = globalThis as unknown as { shaka: Shaka; video: unknown }
  shaka.polyfill.installAll()
  const player = new shaka.Player()
  await player.attach(video)
  // Its errors are no Error: a category and a code.
  await player.load(url).catch((error: unknown) => {
    throw new Error(JSON.stringify(error))
  })
  const unique = <T>(values: readonly T[]): T[] => [...new Set(values)].toSorted()
  const variants = player.getVariantTracks()
  return {
    heights: unique(variants.map(({ height }) => height ?? 0)),
    soundLanguages: unique(variants.map(({ language }) => language)),
    textLanguages: unique(player.getTextTracks().map(({ language }) => language)),
  }
}
