import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { MediaTools } from '../../src/core/ports/media-tools.ts'
import type { EncodedPackage } from '../../src/core/transcoding/encode-plan.ts'
import { aMediaInfo } from './rows.ts'

const FILES = ['360p/init.mp4', '360p/0.m4s', '360p/1.m4s']
export const FAKE_PACKAGE: EncodedPackage = {
  renditions: [
    {
      name: '360p',
      playlist: '360p/index.m3u8',
      files: FILES,
      widthPx: 640,
      heightPx: 360,
      frameRate: 30,
      codecs: 'avc1.64001e',
      bandwidth: 800_000,
      averageBandwidth: 700_000,
      durationMs: 10_010,
      sizeBytes: 900_000,
    },
  ],
}

/** Media tools that take any file for the same clip. A test replaces the method it is about. */
export function fakeMediaTools(own: Partial<MediaTools> = {}): MediaTools {
  return {
    videoCodecs: ['h264'],
    probe: async () => aMediaInfo(),
    async encode(path, _plan, outputDirectory, { onProgress }) {
      const original = await readFile(path, 'utf8')
      onProgress(0.5)
      for (const file of [...FILES, '360p/index.m3u8', 'notes-of-the-encoder.log']) {
        await mkdir(dirname(join(outputDirectory, file)), { recursive: true })
        await writeFile(join(outputDirectory, file), `${file} of ${original}`)
      }
      onProgress(1)
      return FAKE_PACKAGE
    },
    async poster(path, { outputFile }) {
      await writeFile(outputFile, `picture of ${await readFile(path, 'utf8')}`)
    },
    ...own,
  }
}
