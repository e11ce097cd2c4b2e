import { describe, expect, it } from 'vitest'
import { embeddedSubtitles } from './embedded-subtitles.ts'
import { servesLanguage } from './language.ts'
import type { TextStream } from './media-info.ts'

const TEXT = Buffer.from('WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n')
const stream = (own: Partial<TextStream> = {}): TextStream => ({
  streamIndex: 2,
  codec: 'subrip',
  language: undefined,
  title: undefined,
  isForced: false,
  isForHearingImpaired: false,
  ...own,
})
const found = (...streams: TextStream[]) => embeddedSubtitles(streams, () => TEXT)

describe('subtitles inside a file', () => {
  it('are called by their title, else by their language in its usual form, and no two alike', () => {
    const streams = [{ language: 'kor' }, { language: 'kor' }, { title: 'Director\nspeaks' }, {}, { title: 'ko' }]
    expect(found(...streams.map(stream)).map(({ label, language }) => [label, language])).toEqual([
      ['ko', 'ko'],
      ['ko 2', 'ko'],
      ['Director speaks', 'und'],
      ['Track 4', 'und'],
      ['ko 5', 'und'],
    ])
  })

  it('keep what they are for', () => {
    const streams = [stream({ isForced: true }), stream({ isForHearingImpaired: true }), stream()]
    expect(found(...streams).map(({ kind }) => kind)).toEqual(['forced', 'captions', 'subtitles'])
  })

  it('are left out when there is nothing to read in them', () => {
    const texts = [undefined, Buffer.from('WEBVTT\n'), Buffer.from([0, 1, 2])]
    const streams = texts.map((_, streamIndex) => stream({ streamIndex }))
    expect(embeddedSubtitles(streams, ({ streamIndex }) => texts[streamIndex])).toEqual([])
  })

  it('in a language that says nothing sensible are of an unknown one', () => {
    expect(found(stream({ language: '!"' }))).toMatchObject([{ language: 'und', label: 'Track 1' }])
  })
})

it.each([
  ['ko', 'ko', true],
  ['kor', 'ko', true],
  ['pt-BR', 'pt', true],
  ['pt', 'pt-BR', false],
  ['en', 'ko', false],
  ['???', 'ko', false],
])('a text in %s serves who asks for %s: %s', (tag, wanted, serves) => {
  expect(servesLanguage(tag, wanted)).toBe(serves)
})
