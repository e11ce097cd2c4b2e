import { expect, it } from 'vitest'
import { readPlaylist } from './read-playlist.ts'

it('finds every file, encrypted or not, and how long each lasts', () => {
  const playlist = [
    '#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-MAP:URI="init.mp4"\n#EXT-X-KEY:METHOD=AES-128,URI="../keys/0"',
    '#EXTINF:4.004000,\nseg-00001.m4s\n#EXT-X-KEY:METHOD=AES-128,URI="../keys/1"\n#EXTINF:0.100100,\nseg-00002.m4s',
    '#EXT-X-ENDLIST\n',
  ].join('\n')
  expect(readPlaylist(playlist)).toEqual({
    init: 'init.mp4',
    segments: [
      { file: 'seg-00001.m4s', durationMs: 4004 },
      { file: 'seg-00002.m4s', durationMs: 100.1 },
    ],
  })
})
