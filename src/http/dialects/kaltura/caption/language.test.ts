import { describe, expect, it } from 'vitest'
import { languageCode, languageName, languageTag } from './language.ts'

describe('languages', () => {
  it.each([
    ['English', 'en', 'en'],
    ['Korean', 'ko', 'ko'],
    ['Hebrew', 'he', 'he'],
    ['English (American)', 'en-US', 'en_us'],
    ['Portuguese (Brazil)', 'pt-BR', 'pt_br'],
    ['Spanish (Latin America)', 'es-419', 'es_xl'],
    ['Simplified Chinese', 'zh-CN', 'zh_cn'],
    ['Farsi', 'fa', 'fa'],
    ['Undefined', 'und', 'un'],
  ])('%s is called so by the vendor', (name, tag, code) => {
    expect(languageTag(name)).toBe(tag)
    expect(languageTag(name.toUpperCase())).toBe(tag)
    expect(languageTag(code)).toBe(tag)
    expect(languageTag(tag)).toBe(tag)
    expect([languageName(tag), languageCode(tag)]).toEqual([name, code])
  })

  it('may be named by any tag that is one', () => {
    expect(languageTag('de-CH')).toBe('de-CH')
    expect(languageName('gsw')).toBe('Swiss German')
  })

  it.each(['', 'Elvish', 'xx-', 'e n', '../en'])('%j is none', (text) => {
    expect(languageTag(text)).toBeUndefined()
  })
})
