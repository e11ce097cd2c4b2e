import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { MediaTools } from '../../src/core/ports/media-tools.ts'
import type { EncodedPackage, EncodedRendition } from '../../src/core/transcoding/encode-plan.ts'
import type { PieceRendition } from '../../src/core/transcoding/piece.ts'
import { sheetName } from '../../src/core/transcoding/sprite-plan.ts'
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
    async encodePiece(path, { piece, video, audio }, outputDirectory, { onProgress, attempt }) {
      const original = await readFile(path, 'utf8')
      const first = piece?.kind === 'pictures' ? piece.firstSegment : 0
      const end = piece?.kind === 'pictures' ? (piece.end?.segment ?? first + 1) : 1
      const renditions: PieceRendition[] = []
      for (const { name } of [...video, ...audio]) {
        const initFile = `${name}/init-${first}-${attempt}.mp4`
        const segments = Array.from({ length: end - first }, (_, i) => `${name}/seg-${first + i}-${attempt}.m4s`)
        await mkdir(join(outputDirectory, name), { recursive: true })
        for (const file of [initFile, ...segments]) {
          await writeFile(join(outputDirectory, file), `${file} of ${original}`)
        }
        const described = segments.map((file) => ({ file, durationMs: 4_000, sizeBytes: 1_000 }))
        renditions.push({ name, codecs: 'avc1.64001e', initFile, initBytes: 1, initDigest: 'd', segments: described })
      }
      onProgress(1)
      return { renditions }
    },
    async joinPieces(_plan, pieces, outputDirectory) {
      const names = new Set(pieces.flatMap(({ renditions }) => renditions.map(({ name }) => name)))
      const renditions: EncodedRendition[] = []
      for (const name of names) {
        const parts = pieces.flatMap((piece) => piece.renditions.filter((rendition) => rendition.name === name))
        const segments = parts.flatMap((part) => part.segments.map(({ file }) => file))
        const playlist = `${name}/index.m3u8`
        await mkdir(join(outputDirectory, name), { recursive: true })
        await writeFile(join(outputDirectory, playlist), segments.join('\n'))
        const files = [...parts.slice(0, 1).map(({ initFile }) => initFile), ...segments]
        const durationMs = 4_000 * segments.length
        renditions.push({ ...(FAKE_PACKAGE.renditions[0] as EncodedRendition), name, playlist, files, durationMs })
      }
      return { renditions }
    },
    async poster(path, { outputFile }) {
      await writeFile(outputFile, `picture of ${await readFile(path, 'utf8')}`)
    },
    async sprites(path, { plan }, { directory }) {
      const names = Array.from({ length: plan.sheets }, (_, i) => sheetName(i + 1))
      for (const name of names) await writeFile(join(directory, name), `${name} of ${await readFile(path, 'utf8')}`)
      return names
    },
    async download({ picture, sounds, outputFile }) {
      const paths = [...(picture === undefined ? [] : [picture]), ...sounds.map(({ path }) => path)]
      const parts = await Promise.all(paths.map((path) => readFile(path, 'utf8')))
      await writeFile(outputFile, parts.join(' | '))
      return parts.join(' | ').length
    },
    texts: async () => new Map(),
    ...own,
  }
}
