import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isDomainError } from '../errors.ts'
import { readTtml } from './read-ttml.ts'

const inBody = (body: string, attributes = ''): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<tt xmlns="http://www.w3.org/ns/ttml" ${attributes}><body>${body}</body></tt>`
const shown = (text: string) => readTtml(text).map(({ startMs, endMs, lines }) => [startMs, endMs, lines.join(' | ')])

describe('readTtml', () => {
  it('reads paragraphs with their lines and times', () => {
    const text = inBody(`<div>
      <p begin="00:00:00.000" end="00:00:05.000">One &amp;
        <br/>   two   <span>three</span>
      </p>
      <p begin="5s" dur="500ms">A &lt; B --&gt; C</p>
    </div>`)
    expect(shown(text)).toEqual([
      [0, 5000, 'One &amp; | two three'],
      [5000, 5500, 'A &lt; B → C'],
    ])
  })

  it.each([
    ['01:02:03.5', '', 3_723_500],
    ['100:00:00', '', 360_000_000],
    ['00:00:01:15', '', 1500],
    ['00:00:01:12', 'ttp:frameRate="24"', 1500],
    ['30f', 'ttp:frameRate="30" ttp:frameRateMultiplier="1000 1001"', 1001],
    ['20000000t', 'ttp:tickRate="10000000"', 2000],
    ['25t', 'ttp:frameRate="25"', 1000],
    ['1.5h', '', 5_400_000],
    ['2m', '', 120_000],
    ['1.25s', '', 1250],
    ['7ms', 'ttp:frameRate="0" ttp:tickRate="-1"', 7],
  ])('%s %s is %i ms', (time, rates, ms) => {
    expect(shown(inBody(`<p begin="0s" end="${time}">x</p>`, rates))).toEqual([[0, ms, 'x']])
  })

  it('counts times from where the surrounding element begins, and ends with it', () => {
    const text = inBody(`
      <div begin="10s" end="20s">
        <p begin="1s" end="4s">inside</p>
        <p begin="8s" end="60s">cut</p>
        <p>all of it</p>
      </div>
      <div begin="30s" timeContainer="seq"><p dur="2s">first</p><p dur="3s">then</p></div>`)
    expect(shown(text)).toEqual([
      [11_000, 14_000, 'inside'],
      [18_000, 20_000, 'cut'],
      [10_000, 20_000, 'all of it'],
      [30_000, 32_000, 'first'],
      [32_000, 35_000, 'then'],
    ])
  })

  it('shows words with times of their own by themselves', () => {
    const text = inBody('<p begin="10s" end="20s"><span begin="0s" end="2s">one</span><span begin="2s">two</span></p>')
    expect(shown(text).filter(([, , words]) => words !== '')).toEqual([
      [10_000, 12_000, 'one'],
      [12_000, 20_000, 'two'],
    ])
  })

  it('keeps bold, italic and underlined words, wherever that is said', () => {
    const styles = `<head><styling>
      <style xml:id="base" tts:fontStyle="italic"/><style xml:id="loud" style="base" tts:fontWeight="bold"/>
      <style xml:id="me" style="you"/><style xml:id="you" style="me" tts:textDecoration="underline"/>
    </styling></head>`
    const text = inBody(`
      <p begin="0s" end="1s" style="loud">all <span tts:fontStyle="normal">less</span></p>
      <p begin="1s" end="2s">plain <span style="you">below</span></p>`).replace('<body>', `${styles}<body>`)
    expect(shown(text)).toEqual([
      [0, 1000, '<b><i>all </i></b><b>less</b>'],
      [1000, 2000, 'plain <u>below</u>'],
    ])
  })

  it('looks at a style that is named a million times once', () => {
    const text = inBody(`<p begin="0s" end="1s" style="${'z '.repeat(1_000_000)}">x</p>`)
    expect(shown(text)).toEqual([[0, 1000, 'x']])
  })

  it('refuses or reads whatever becomes of a document, and never breaks', () => {
    const text = inBody('<p begin="0s" end="1s" style="a">x<br/><span tts:fontStyle="italic">&amp;</span></p>')
    const edit = fc.tuple(fc.nat(text.length), fc.nat(8), fc.string({ unit: fc.constantFrom(...'<>/"=&;!-[] ptx') }))
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        const broken = edits.reduce((all, [at, gone, added]) => all.slice(0, at) + added + all.slice(at + gone), text)
        try {
          return readTtml(broken).every(({ startMs, endMs }) => startMs >= 0 && Number.isFinite(endMs))
        } catch (error) {
          return isDomainError(error, 'invalid_argument')
        }
      }),
      { numRuns: 300 },
    )
  })

  it('keeps spaces and line ends where they are to be kept', () => {
    const text = inBody('<p begin="0s" end="1s" xml:space="preserve">a  b\nc</p>')
    expect(shown(text)).toEqual([[0, 1000, 'a  b | c']])
  })

  it('leaves out what is never over, and what is no text', () => {
    const text = inBody('<p begin="0s">endless</p><p begin="1s" end="soon">never</p><metadata>x</metadata><set/>')
    expect(shown(text)).toEqual([])
  })
})
