import { describe, expect, it } from 'vitest'
import { formatMediaPlaylist, isWholePlaylist, parseMediaPlaylist } from './media-playlist.ts'

const WRITTEN = `#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:4
#EXT-X-MEDIA-SEQUENCE:1
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MAP:URI="init_0.mp4"
#EXTINF:4.004000,
seg-00001.m4s
#EXTINF:0.500500,
seg-00002.m4s
#EXT-X-ENDLIST
`

describe('media playlists', () => {
  it('reads what ffmpeg wrote', () => {
    expect(parseMediaPlaylist(WRITTEN)).toEqual({
      initFileName: 'init_0.mp4',
      segments: [
        { fileName: 'seg-00001.m4s', durationMs: 4004 },
        { fileName: 'seg-00002.m4s', durationMs: 500.5 },
      ],
    })
  })

  it('writes what it read', () => {
    const playlist = parseMediaPlaylist(WRITTEN)
    expect(formatMediaPlaylist({ ...playlist, initFileName: 'init.mp4' })).toBe(WRITTEN.replace('init_0', 'init'))
  })

  it('names a target duration of at least a second that no segment exceeds once rounded', () => {
    const target = (durationMs: number) =>
      /TARGETDURATION:(\d+)/.exec(
        formatMediaPlaylist({ initFileName: 'i', segments: [{ fileName: 's', durationMs }] }),
      )?.[1]
    expect([target(30), target(4400), target(4600)]).toEqual(['1', '4', '5'])
  })

  it('knows whether the end was written', () => {
    expect(isWholePlaylist(WRITTEN)).toBe(true)
    expect(isWholePlaylist(WRITTEN.slice(0, -8))).toBe(false)
    expect(isWholePlaylist('')).toBe(false)
  })

  it.each([
    ['names no init segment', WRITTEN.replace(/#EXT-X-MAP.*\n/, ''), 'no init segment'],
    ['lacks a duration', WRITTEN.replace('#EXTINF:0.500500,\n', ''), 'no duration'],
  ])('rejects a playlist that %s', (_, text, problem) => {
    expect(() => parseMediaPlaylist(text)).toThrow(problem)
  })
})
